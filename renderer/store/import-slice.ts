import { toErrorInfo } from '../../shared/errors.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ImportPreview, ReadOptions, SourceRef } from '../../shared/contract/commands.ts';
import type { Services } from './services.ts';
import type { GetState, SetState } from './state.ts';

/** The import sheet: sources on their way to becoming a batch. */
export interface ImportDraft {
  readonly sources: readonly SourceRef[];
  readonly options: ReadOptions;
  readonly status: 'reading' | 'ready' | 'failed' | 'creating';
  /** The latest good preview; kept on screen while another reading is tried. */
  readonly preview: ImportPreview | null;
  readonly error: ErrorInfo | null;
  readonly name: string;
  readonly idColumn: string | null;
  readonly template: string;
  /** Row whose rendered prompt is shown, a position in `preview.rows`. */
  readonly row: number;
}

export interface ImportSlice {
  readonly importing: ImportDraft | null;
  readonly importFiles: (files: readonly File[]) => Promise<void>;
  readonly importChosen: () => Promise<void>;
  readonly importText: (text: string) => Promise<void>;
  readonly importSample: () => Promise<void>;
  readonly setReadOptions: (options: Partial<ReadOptions>) => Promise<void>;
  readonly editImport: (edit: Partial<Pick<ImportDraft, 'name' | 'idColumn' | 'template' | 'row'>>) => void;
  /** Makes the batch of the good rows and opens it. */
  readonly createBatch: () => Promise<void>;
  readonly cancelImport: () => void;
}

const READ_FREELY: ReadOptions = { format: null, delimiter: null, header: null };

function nameOf(sources: readonly SourceRef[]): string {
  const first = sources[0]?.name.replace(/\.[^.]+$/, '') ?? 'Batch';
  return sources.length > 1 ? `${first} and ${sources.length - 1} more` : first;
}

/** "about 1,240 tasks"-like counts are known only after reading; this names the outcome before: "Add 3 files". */
export function dropOutcome(fileCount: number): string {
  return fileCount <= 1 ? 'Add 1 file as a new batch' : `Add ${fileCount} files as one new batch`;
}

export function createImportSlice(set: SetState, get: GetState, services: Services): ImportSlice {
  const { client } = services;
  let reading = 0;

  const read = async (): Promise<void> => {
    const draft = get().importing;
    if (draft === null) return;
    reading += 1;
    const mine = reading;
    set({ importing: { ...draft, status: 'reading', error: null } });
    try {
      const preview = await client.call('source.preview', { sourceIds: draft.sources.map((source) => source.sourceId), options: draft.options });
      const current = get().importing;
      if (current === null || mine !== reading) return;
      const sameColumns = current.preview !== null && current.preview.columns.join('\n') === preview.columns.join('\n');
      set({
        importing: {
          ...current,
          preview,
          status: 'ready',
          row: 0,
          idColumn: sameColumns ? current.idColumn : preview.suggestedIdColumn,
          template: sameColumns && current.template !== '' ? current.template : preview.suggestedTemplate,
        },
      });
    } catch (thrown) {
      const current = get().importing;
      if (current !== null && mine === reading) set({ importing: { ...current, status: 'failed', error: toErrorInfo(thrown) } });
    }
  };
  const begin = async (find: () => Promise<readonly SourceRef[]>): Promise<void> => {
    if (get().refusesChanges()) return;
    await get().attempt(async () => {
      const sources = await find();
      if (sources.length === 0) return;
      const open = get().importing;
      const all = open === null ? sources : [...open.sources, ...sources];
      set({ importing: { sources: all, options: open?.options ?? READ_FREELY, status: 'reading', preview: open?.preview ?? null, error: null, name: nameOf(all), idColumn: open?.idColumn ?? null, template: open?.template ?? '', row: 0 } });
      await read();
    });
  };

  return {
    importing: null,
    importFiles: (files) => begin(() => client.addFiles(files)),
    importChosen: () => begin(() => client.chooseFiles()),
    importText: (text) => begin(async () => [await client.call('source.paste', { text })]),
    importSample: () => begin(async () => [await client.call('source.sample', {})]),
    async setReadOptions(options) {
      const draft = get().importing;
      if (draft === null) return;
      set({ importing: { ...draft, options: { ...draft.options, ...options } } });
      await read();
    },
    editImport(edit) {
      const draft = get().importing;
      if (draft !== null) set({ importing: { ...draft, ...edit } });
    },
    async createBatch() {
      const draft = get().importing;
      if (draft === null || draft.status !== 'ready' || draft.preview === null) return;
      set({ importing: { ...draft, status: 'creating' } });
      try {
        const created = await client.call('batch.create', {
          sourceIds: draft.sources.map((source) => source.sourceId),
          options: draft.options,
          name: draft.name.trim() === '' ? null : draft.name.trim(),
          idColumn: draft.idColumn,
          template: draft.template,
          acceptBadRows: true,
        });
        set({ importing: null, tab: 'tasks' });
        await get().selectBatch(created.batchId);
      } catch (thrown) {
        set({ importing: { ...draft, status: 'ready', error: toErrorInfo(thrown) } });
      }
    },
    cancelImport() {
      reading += 1;
      set({ importing: null });
    },
  };
}
