import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { ImportPreview } from '../../../shared/contract/commands.ts';
import { IconButton } from '../../components/Button.tsx';
import { SelectField, TextField } from '../../components/fields.tsx';
import { RenderedPrompt } from '../../components/RenderedPrompt.tsx';
import { TemplateEditor } from '../../components/TemplateEditor.tsx';
import type { ImportDraft } from '../../store/import-slice.ts';
import { useApp } from '../../store/use-store.ts';

/** What becomes of the rows: name, task id, and the prompt, shown filled with the row under the pointer. */
export function ImportPrompt({ draft, preview }: { readonly draft: ImportDraft; readonly preview: ImportPreview }) {
  const editImport = useApp((state) => state.editImport);
  const lastRow = preview.rows.length - 1;
  return (
    <div className="flex w-[38%] max-w-[440px] min-w-[300px] shrink-0 flex-col border-l border-border bg-surface">
      <div className="flex shrink-0 flex-col gap-3 border-b border-border p-4">
        <div className="grid grid-cols-2 gap-3">
          <TextField label="Batch name" value={draft.name} onValue={(name) => editImport({ name })} />
          <SelectField label="Task id" value={draft.idColumn ?? ''} options={[['', 'Row number'], ...preview.columns.map((column) => [column, column] as const)]} onValue={(value) => editImport({ idColumn: value === '' ? null : value })} />
        </div>
        <TemplateEditor label="Prompt template" value={draft.template} columns={preview.columns} rows={6} chips placeholder="Write the prompt, and insert columns" onValue={(template) => editImport({ template })} />
      </div>
      <div className="flex h-9 shrink-0 items-center gap-1 pr-2 pl-4 select-none">
        <h3 className="flex-1 text-small font-medium text-secondary">{`Prompt of row ${draft.row + 1}`}</h3>
        <IconButton icon={ChevronLeft} label="Previous row" disabled={draft.row === 0} onClick={() => editImport({ row: draft.row - 1 })} />
        <IconButton icon={ChevronRight} label="Next row" disabled={draft.row >= lastRow} onClick={() => editImport({ row: draft.row + 1 })} />
      </div>
      <section aria-label="Rendered prompt" className="focus-inset min-h-0 flex-1 overflow-auto px-4 pb-4">
        <RenderedPrompt template={draft.template} vars={preview.rows[draft.row] ?? null} />
      </section>
    </div>
  );
}
