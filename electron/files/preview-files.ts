import type { BadRow, ImportPreview, ReadOptions, Vars } from '../../shared/contract/commands.ts';
import { TasklaneError } from '../../shared/errors.ts';
import { suggestTemplate } from '../../shared/template/template.ts';
import { createSeenRows } from './seen-rows.ts';
import { inspectOpenFile } from './inspect-file.ts';
import { readOpenFile } from './read-rows.ts';
import { openFile } from './text/open-file.ts';

export const PREVIEW_ROWS = 50;
export const PREVIEW_BAD_ROWS = 200;
/** Rows with huge cells are shown fewer at a time: a preview crosses to the screen in one piece. */
const PREVIEW_CHARACTERS = 4_000_000;
/** Columns over all files; JSONL could bring new ones with every line. */
const MOST_COLUMNS = 20_000;

/** Columns that usually name a task, best first; compared without regard to case. */
const ID_COLUMNS = ['custom_id', 'customid', 'task_id', 'taskid', 'id', 'uuid', 'key'] as const;

export interface NamedFile {
  readonly path: string;
  readonly name: string;
}

/**
 * What importing these files would give. Reads all of them to the end, so that every bad row is known before anything
 * is paid for; memory stays bounded. Throws what `readRows` throws.
 */
export async function previewFiles(files: readonly NamedFile[], options: ReadOptions, signal?: AbortSignal): Promise<ImportPreview> {
  const columns = new Set<string>();
  const rows: Vars[] = [];
  const badRows: BadRow[] = [];
  const seen = createSeenRows();
  const layouts: ImportPreview['files'][number][] = [];
  let shownCharacters = 0;
  let rowCount = 0;
  let badRowCount = 0;
  let duplicateCount = 0;
  for (const { path, name } of files) {
    const file = await openFile(path, name);
    try {
      const { layout, reader } = await inspectOpenFile(file, options);
      const { format, encoding, delimiter, header, sizeBytes } = layout;
      layouts.push({ name, sizeBytes, format, encoding, delimiter, header });
      for (const column of layout.columns) columns.add(column);
      for await (const chunk of readOpenFile(file, layout, reader, signal)) {
        rowCount += chunk.rows.length;
        badRowCount += chunk.bad.length;
        badRows.push(...chunk.bad.slice(0, PREVIEW_BAD_ROWS - badRows.length));
        for (const { vars } of chunk.rows) {
          const names = format === 'jsonl' ? Object.keys(vars).toSorted() : layout.columns;
          if (seen.add(vars, names)) duplicateCount += 1;
          if (rows.length < PREVIEW_ROWS && shownCharacters < PREVIEW_CHARACTERS) {
            rows.push(vars);
            for (const column of names) shownCharacters += vars[column]?.length ?? 0;
          }
          if (format === 'jsonl') addColumns(columns, vars, name);
        }
      }
    } finally {
      await file.handle.close();
    }
  }
  const ordered = [...columns];
  return {
    files: layouts,
    columns: ordered,
    rows,
    rowCount,
    badRows,
    badRowCount,
    duplicateCount,
    suggestedIdColumn: suggestIdColumn(ordered),
    suggestedTemplate: suggestTemplate(ordered),
  };
}

function addColumns(columns: Set<string>, vars: Vars, name: string): void {
  for (const column in vars) columns.add(column);
  if (columns.size <= MOST_COLUMNS) return;
  throw new TasklaneError('file_format', `"${name}" has more than ${MOST_COLUMNS} different names in its lines; they cannot all be columns.`, 'Give every line the same names.');
}

/** The column whose values name tasks, or null. */
export function suggestIdColumn(columns: readonly string[]): string | null {
  for (const known of ID_COLUMNS) {
    const found = columns.find((column) => column.toLowerCase() === known);
    if (found !== undefined) return found;
  }
  return null;
}
