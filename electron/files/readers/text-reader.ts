import { isSoundText, textProblem } from '../text/check-text.ts';
import { createLineSplitter, type TextLine } from '../text/split-lines.ts';
import type { Reader, ReadRow } from './reader.ts';

const COLUMN = 'text';

/** Plain text: one task a line, blank lines skipped. */
export const textReader: Reader = {
  format: 'text',
  endings: ['txt', 'text'],
  inspect: () => ({ format: 'text', delimiter: null, header: false, columns: [COLUMN] }),
  createParser() {
    const splitter = createLineSplitter();
    return { push: (text) => rowsOf(splitter.push(text)), end: () => rowsOf(splitter.end()) };
  },
};

function rowsOf(lines: readonly TextLine[]): ReadRow[] {
  const rows: ReadRow[] = [];
  for (const { line, text, tooLong } of lines) {
    if (text.trim() === '') continue;
    if (tooLong) {
      rows.push({ line, reason: 'the line is too long to be read' });
    } else if (isSoundText(text)) {
      const vars = Object.create(null) as Record<string, string>;
      vars[COLUMN] = text;
      rows.push({ line, vars });
    } else {
      rows.push({ line, reason: textProblem(text, 'the line') });
    }
  }
  return rows;
}
