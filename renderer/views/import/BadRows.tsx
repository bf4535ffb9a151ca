import { TriangleAlert } from 'lucide-react';
import type { ImportPreview } from '../../../shared/contract/commands.ts';
import { formatCount, formatCounted } from '../../../shared/format/format.ts';

/** Rows that can't be imported, by line and with the reason; nothing is left out silently. */
export function BadRows({ preview }: { readonly preview: ImportPreview }) {
  if (preview.badRowCount === 0) return null;
  const many = preview.files.length > 1;
  return (
    <section aria-label="Bad rows" className="flex max-h-[32%] shrink-0 flex-col border-t border-border bg-surface">
      <h3 className="flex shrink-0 items-center gap-2 px-4 pt-2 pb-1 font-medium">
        <TriangleAlert aria-hidden size={14} strokeWidth={1.75} className="text-warn" />
        {`${formatCounted(preview.badRowCount, 'bad row')} left out`}
        {preview.badRowCount > preview.badRows.length && <span className="text-small font-normal text-secondary">{`the first ${formatCount(preview.badRows.length)} shown`}</span>}
      </h3>
      <ul className="overflow-auto px-4 pb-2">
        {preview.badRows.map((row) => (
          <li key={`${row.file} ${row.line}`} className="flex gap-3 py-0.5 text-small">
            <span className="w-24 shrink-0 text-secondary">{`line ${formatCount(row.line)}`}</span>
            <span className="min-w-0 flex-1 break-words select-text">{row.reason}</span>
            {many && <span className="max-w-40 truncate text-muted">{row.file}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
