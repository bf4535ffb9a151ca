import type { BatchDetail, BatchDraft, BatchListItem, Vars } from '../../shared/contract/commands.ts';
import type { Intake } from './intake.ts';
import { debounce } from './services.ts';
import type { Services } from './services.ts';
import type { GetState, SetState } from './state.ts';

const DRAFT_SAVE_MS = 300;

export interface PreviewRow {
  readonly index: number;
  readonly customId: string;
  readonly vars: Vars;
}

export interface BatchesSlice {
  readonly batches: readonly BatchListItem[];
  /** The batch on screen, or null for the invitation to add one. */
  readonly batchId: string | null;
  readonly detail: BatchDetail | null;
  /** The draft as edited here; saved a moment after the last edit and before a run starts. */
  readonly draft: BatchDraft | null;
  /** Input row that the Prompt tab renders. */
  readonly previewRow: PreviewRow | null;
  readonly selectBatch: (batchId: string | null) => Promise<void>;
  readonly renameBatch: (name: string) => Promise<void>;
  readonly removeBatch: (batchId: string) => Promise<void>;
  readonly editDraft: (edit: Partial<BatchDraft>) => void;
  /** Chooses a provider and, with it, the model it is set up for. */
  readonly chooseProvider: (providerId: string) => void;
  /** Saves edits that wait. False when they could not be saved. */
  readonly saveDraft: () => Promise<boolean>;
  readonly showPreviewRow: (index: number) => Promise<void>;
}

export function createBatchesSlice(set: SetState, get: GetState, services: Services, intake: Intake): BatchesSlice {
  const { client } = services;
  const saving = debounce(DRAFT_SAVE_MS);
  let unsaved = false;

  const save = async (): Promise<boolean> => {
    const { batchId, draft } = get();
    if (!unsaved || batchId === null || draft === null) return true;
    unsaved = false;
    const saved = await get().attempt(async () => {
      const detail = await client.call('batch.update', { batchId, draft });
      if (get().batchId === batchId) set(unsaved ? { detail } : { detail, draft: detail.draft });
    });
    if (!saved) unsaved = true;
    return saved;
  };

  return {
    batches: [],
    batchId: null,
    detail: null,
    draft: null,
    previewRow: null,
    async selectBatch(batchId) {
      saving.cancel();
      await save();
      unsaved = false;
      get().resetTable();
      get().closeTask();
      intake.closeRun();
      set({ batchId, detail: null, draft: null, previewRow: null });
      if (batchId === null) return;
      await get().attempt(async () => {
        const detail = await client.call('batch.get', { batchId });
        if (get().batchId !== batchId) return;
        set({ detail, draft: detail.draft });
        const newest = detail.runs[0];
        if (newest !== undefined) await intake.openRun(newest.runId);
      });
    },
    async renameBatch(name) {
      const { batchId, detail } = get();
      const wanted = name.trim();
      if (batchId === null || detail === null || wanted === '' || wanted === detail.name || get().refusesChanges()) return;
      await get().attempt(async () => {
        const renamed = await client.call('batch.update', { batchId, name: wanted });
        if (get().batchId === batchId) set({ detail: renamed });
        set({ batches: get().batches.map((batch) => (batch.batchId === batchId ? { ...batch, name: renamed.name } : batch)) });
      });
    },
    async removeBatch(batchId) {
      if (get().refusesChanges()) return;
      await get().attempt(async () => {
        await client.call('batch.remove', { batchId });
        const left = get().batches.filter((batch) => batch.batchId !== batchId);
        set({ batches: left });
        if (get().batchId === batchId) {
          unsaved = false;
          await get().selectBatch(left[0]?.batchId ?? null);
        }
      });
    },
    editDraft(edit) {
      const { draft } = get();
      if (draft === null || get().refusesChanges()) return;
      unsaved = true;
      set({ draft: { ...draft, ...edit } });
      saving.call(() => void save());
    },
    chooseProvider(providerId) {
      const provider = get().providers.find((known) => known.id === providerId);
      if (provider !== undefined) get().editDraft({ providerId, model: provider.model });
    },
    async saveDraft() {
      saving.cancel();
      return save();
    },
    async showPreviewRow(index) {
      const { batchId, detail } = get();
      if (batchId === null || detail === null || detail.taskCount === 0) return;
      const wanted = Math.min(Math.max(0, index), detail.taskCount - 1);
      await get().attempt(async () => {
        const rows = await client.call('batch.rows', { batchId, from: wanted, count: 1 });
        if (get().batchId === batchId) set({ previewRow: rows[0] ?? null });
      });
    },
  };
}
