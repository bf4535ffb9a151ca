/** Characters that no file name may hold on one of the systems we run on, and control characters. */
const FORBIDDEN = /[<>:"/\\|?*\p{Cc}\p{Cf}]/gu;
/** Device names of Windows, with or without an ending. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/iu;
const MAX_LENGTH = 120;
const FALLBACK = 'tasklane-export';

/** A page's suggestion as the bare name of a file: no folders, nothing that a system would read as something else. */
export function safeFileName(suggested: string): string {
  const name = suggested.replace(FORBIDDEN, ' ').replace(/\s+/gu, ' ').replace(/^[\s.]+|[\s.]+$/gu, '');
  if (name === '' || RESERVED.test(name)) return FALLBACK;
  if (name.length <= MAX_LENGTH) return name;
  const ending = /\.[\w.]{1,20}$/u.exec(name)?.[0] ?? '';
  return name.slice(0, MAX_LENGTH - ending.length).toWellFormed() + ending;
}

const FILE_KINDS: Readonly<Record<string, string>> = { csv: 'CSV', jsonl: 'JSON Lines', svg: 'SVG image', png: 'PNG image', xlsx: 'Excel workbook', md: 'Markdown', html: 'HTML', json: 'JSON' };

export interface FileFilter {
  readonly name: string;
  readonly extensions: readonly string[];
}

const ALL_FILES: FileFilter = { name: 'All files', extensions: ['*'] };

/** What the open dialog offers first. */
export const TASK_FILE_FILTERS: readonly FileFilter[] = [{ name: 'Task files', extensions: ['csv', 'tsv', 'jsonl', 'ndjson', 'txt', 'text'] }, ALL_FILES];

/** What the save dialog offers, by the ending of the name. */
export function saveFiltersOf(name: string): readonly FileFilter[] {
  const ending = /\.(\w+)$/u.exec(name)?.[1]?.toLowerCase() ?? '';
  const kind = Object.hasOwn(FILE_KINDS, ending) ? FILE_KINDS[ending] : undefined;
  return kind === undefined ? [ALL_FILES] : [{ name: kind, extensions: [ending] }, ALL_FILES];
}
