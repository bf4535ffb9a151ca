import type { ImportPreview } from '../../../shared/contract/commands.ts';
import { templateVariables } from '../../../shared/template/template.ts';
import { Badge } from '../../components/Badge.tsx';
import { classNames } from '../../components/class-names.ts';
import { visibleText } from '../../components/visible-text.ts';
import type { ImportDraft } from '../../store/import-slice.ts';
import { useApp } from '../../store/use-store.ts';

const CELL_CHARACTERS = 160;
/** More columns than anyone reads; all are imported. */
const SHOWN_COLUMNS = 60;

/** The first rows; the row under the pointer or the focus is the one whose prompt is shown. */
export function PreviewTable({ draft, preview }: { readonly draft: ImportDraft; readonly preview: ImportPreview }) {
  const editImport = useApp((state) => state.editImport);
  const used = new Set(templateVariables(draft.template));
  const columns = preview.columns.slice(0, SHOWN_COLUMNS);
  const more = preview.columns.length - columns.length;
  return (
    <section aria-label="First rows" className="focus-inset min-h-0 flex-1 overflow-auto">
      <table className="min-w-full border-separate border-spacing-0">
        <thead className="sticky top-0 z-10 bg-background">
          <tr>
            <th scope="col" className="sticky left-0 w-10 border-b border-border bg-background px-2 py-1 text-right text-label font-normal text-muted">
              #
            </th>
            {columns.map((column) => (
              <th key={column} scope="col" className="border-b border-border px-2 py-1 text-left text-small font-medium whitespace-nowrap">
                <span className="flex items-center gap-1.5">
                  <span className="max-w-60 truncate">{visibleText(column)}</span>
                  {column === draft.idColumn && <Badge>id</Badge>}
                  {used.has(column) && <Badge tone="ok">in prompt</Badge>}
                </span>
              </th>
            ))}
            {more > 0 && <th scope="col" className="border-b border-border px-2 text-left text-small font-normal whitespace-nowrap text-muted">{`and ${more} more columns`}</th>}
          </tr>
        </thead>
        <tbody>
          {preview.rows.map((row, position) => (
            // Rows of a preview have no identity but their place.
            // oxlint-disable-next-line react/no-array-index-key
            <tr key={position} onMouseEnter={() => editImport({ row: position })} className={classNames(position === draft.row && 'bg-raised')}>
              <td className={classNames('sticky left-0 border-b border-border/60 px-2 py-1 text-right text-small text-muted', position === draft.row ? 'bg-raised' : 'bg-background')}>{position + 1}</td>
              {columns.map((column) => {
                const value = row[column] ?? '';
                return (
                  <td key={column} className="max-w-72 truncate border-b border-border/60 px-2 py-1 whitespace-nowrap">
                    {value === '' ? <span className="text-muted">–</span> : visibleText(value.length > CELL_CHARACTERS ? `${value.slice(0, CELL_CHARACTERS)}…` : value)}
                  </td>
                );
              })}
              {more > 0 && <td className="border-b border-border/60 px-2 text-muted">…</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
