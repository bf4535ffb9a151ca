import { isSoundText, textProblem } from '../text/check-text.ts';
import { jsonMembers } from '../text/json-members.ts';
import { createLineSplitter, type TextLine } from '../text/split-lines.ts';
import type { Reader, ReadRow } from './reader.ts';

/** JSON Lines: one object a line. Texts are taken as they are, `null` becomes '', all else keeps the text it has in the file. */
export const jsonlReader: Reader = {
  format: 'jsonl',
  endings: ['jsonl', 'ndjson', 'jsonlines'],
  inspect(head) {
    const splitter = createLineSplitter();
    const lines = [...splitter.push(head.text)];
    if (head.complete) lines.push(...splitter.end());
    else if (lines.length === 0) return null;
    const columns = new Set<string>();
    for (const row of rowsOf(lines)) {
      if ('vars' in row) for (const column of Object.keys(row.vars)) columns.add(column);
    }
    return { format: 'jsonl', delimiter: null, header: false, columns: [...columns] };
  },
  createParser() {
    const splitter = createLineSplitter();
    return { push: (text) => rowsOf(splitter.push(text)), end: () => rowsOf(splitter.end()) };
  },
};

function rowsOf(lines: readonly TextLine[]): ReadRow[] {
  const rows: ReadRow[] = [];
  for (const line of lines) {
    if (line.text.trim() !== '') rows.push(toRow(line));
  }
  return rows;
}

function toRow({ line, text, tooLong }: TextLine): ReadRow {
  if (tooLong) return { line, reason: 'the line is too long to be read' };
  const members = jsonMembers(text);
  if (typeof members === 'string') return { line, reason: members };
  const vars = Object.create(null) as Record<string, string>;
  for (const [name, value] of members) {
    if (!isSoundText(name)) return { line, reason: textProblem(name, 'a name') };
    if (!isSoundText(value)) return { line, reason: textProblem(value, `"${name}"`) };
    if (name in vars) return { line, reason: `the name "${name}" stands in it twice` };
    vars[name] = value;
  }
  return { line, vars };
}
