import { CircleAlert, LoaderCircle } from 'lucide-react';
import { formatCount, formatCounted } from '../../../shared/format/format.ts';
import { missingVariables } from '../../../shared/template/template.ts';
import { Button } from '../../components/Button.tsx';
import { Sheet } from '../../components/Sheet.tsx';
import type { ImportDraft } from '../../store/import-slice.ts';
import { useApp } from '../../store/use-store.ts';
import { BadRows } from './BadRows.tsx';
import { ImportPrompt } from './ImportPrompt.tsx';
import { PreviewTable } from './PreviewTable.tsx';
import { ReadingOptions } from './ReadingOptions.tsx';

function importLabel(draft: ImportDraft): string {
  const { preview } = draft;
  if (preview === null) return 'Import';
  return `Import ${formatCounted(preview.rowCount, 'task')}${preview.badRowCount === 0 ? '' : ` (${formatCounted(preview.badRowCount, 'bad row')} left out)`}`;
}

function Problem({ draft }: { readonly draft: ImportDraft }) {
  if (draft.error === null) return null;
  return (
    <div role="alert" className="flex items-start gap-2 border-b border-border bg-error/6 px-4 py-2.5">
      <CircleAlert aria-hidden size={15} strokeWidth={1.75} className="mt-0.5 shrink-0 text-error" />
      <p className="min-w-0 break-words select-text">
        {draft.error.message} <span className="text-secondary">{draft.error.hint}</span>
      </p>
    </div>
  );
}

/** Everything that is about to be imported, before it is: how it was read, the rows, the prompt, what is left out. */
export function ImportSheet() {
  const draft = useApp((state) => state.importing);
  const cancelImport = useApp((state) => state.cancelImport);
  const createBatch = useApp((state) => state.createBatch);
  if (draft === null) return null;
  const { preview, status } = draft;
  const missing = preview === null ? [] : missingVariables(draft.template, preview.columns);
  const ready = status === 'ready' && preview !== null && preview.rowCount > 0;
  const names = draft.sources.map((source) => source.name).join(', ');
  return (
    <Sheet
      title="Import"
      note={names}
      onClose={cancelImport}
      size="w-[min(1180px,calc(100vw-40px))] h-[min(780px,calc(100vh-40px))]"
      footer={
        <>
          <p className="min-w-0 flex-1 truncate text-small text-secondary">
            {preview !== null && preview.duplicateCount > 0 && `${formatCounted(preview.duplicateCount, 'duplicate row')} will be imported too. `}
            {missing.length > 0 && 'The prompt can be corrected after the import, too.'}
          </p>
          <Button onClick={cancelImport}>Cancel</Button>
          <Button look="primary" disabled={!ready} onClick={() => void createBatch()}>
            {importLabel(draft)}
          </Button>
        </>
      }
    >
      <Problem draft={draft} />
      {preview === null ? (
        <div className="flex flex-1 items-center justify-center gap-2 text-secondary">
          {status === 'failed' ? (
            <p>Nothing could be read. Choose another format, or other files.</p>
          ) : (
            <>
              <LoaderCircle aria-hidden size={16} className="spin" />
              <output>Reading…</output>
            </>
          )}
        </div>
      ) : (
        <div className="flex min-h-0 flex-1">
          <div className="flex min-w-0 flex-1 flex-col">
            <ReadingOptions draft={draft} preview={preview} />
            <PreviewTable draft={draft} preview={preview} />
            <p className="flex h-7 shrink-0 items-center border-t border-border bg-surface px-4 text-small text-secondary">{`${formatCounted(preview.rowCount, 'row')}${preview.rowCount > preview.rows.length ? `, the first ${formatCount(preview.rows.length)} shown` : ''}`}</p>
            <BadRows preview={preview} />
          </div>
          <ImportPrompt draft={draft} preview={preview} />
        </div>
      )}
    </Sheet>
  );
}
