import { createDelimitedParser, type DelimitedRecord } from './parse-delimited.ts';

// On a tie the first wins: tabs hardly ever stand in values, commas often do.
const CANDIDATES = ['\t', ',', ';', '|'] as const;
const SAMPLE_RECORDS = 100;

/** Column names that say on their own that a line is a header. */
const KNOWN_NAMES: ReadonlySet<string> = new Set(['id', 'custom_id', 'prompt', 'question', 'text', 'input', 'output', 'task', 'content', 'title', 'name', 'url', 'system', 'category', 'topic', 'label', 'answer', 'language', 'description', 'date', 'message', 'query', 'email', 'body']);
const LONGEST_NAME = 60;
const MOST_WORDS = 6;

/** Excel's own convention: a first line `sep=;` names the delimiter and is no data. */
export function declaredDelimiter(text: string): string | null {
  return /^"?sep=([^\r\n"])"?(?:\r|\n|$)/i.exec(text)?.[1] ?? null;
}

/**
 * The candidate that cuts most records into as many fields as the first one, two at least; null where none does, so
 * that a single column may hold commas. `complete` says that `sample` is the whole file.
 */
export function detectDelimiter(sample: string, complete: boolean): string | null {
  let best: { readonly delimiter: string; readonly agreement: number; readonly fields: number } | null = null;
  for (const delimiter of CANDIDATES) {
    const records = sampleRecords(sample, delimiter, complete).filter(({ problem }) => problem === null);
    const fields = records[0]?.fields.length ?? 0;
    if (fields < 2) continue;
    const agreeing = records.filter((record) => record.fields.length === fields).length;
    const agreement = Math.round((10 * agreeing) / records.length);
    if (best === null || agreement > best.agreement || (agreement === best.agreement && fields > best.fields)) best = { delimiter, agreement, fields };
  }
  return best?.delimiter ?? null;
}

/** The first records of a sample; the last, maybe cut one is left out unless the sample is the whole file or it is the only one. */
export function sampleRecords(sample: string, delimiter: string | null, complete: boolean): readonly DelimitedRecord[] {
  const parser = createDelimitedParser(delimiter);
  const records = [...parser.push(sample)];
  if (complete || records.length === 0) records.push(...parser.end());
  return records.slice(0, SAMPLE_RECORDS);
}

/** Whether the first of these records holds names rather than values. */
export function detectHeader(records: readonly DelimitedRecord[]): boolean {
  const [first, ...rest] = records;
  if (first === undefined) return true;
  const cells = first.fields.map((cell) => cell.trim());
  const filled = cells.filter((cell) => cell !== '');
  if (filled.length === 0 || !filled.every(looksLikeName)) return false;
  if (filled.some((cell) => KNOWN_NAMES.has(cell.toLowerCase()))) return true;
  // One column of words: names are written as identifiers, and no value below looks like that.
  if (cells.length === 1) return isIdentifier(cells[0] ?? '') && rest.length > 0 && !rest.every(({ fields }) => isIdentifier((fields[0] ?? '').trim()));
  return new Set(filled).size === filled.length || filled.every(isIdentifier);
}

function looksLikeName(cell: string): boolean {
  if (cell.length > LONGEST_NAME || /[\r\n]/.test(cell) || /[.?!:;,]$/.test(cell)) return false;
  if (cell.split(/\s+/).length > MOST_WORDS) return false;
  if (/^[-+]?[\d.,]+%?$/.test(cell)) return false;
  return !/^(?:https?:\/\/\S+|\S+@\S+\.\S+|\d{4}-\d{2}-\d{2}.*|true|false|null|\{.*|\[.*)$/i.test(cell);
}

function isIdentifier(cell: string): boolean {
  return /^[a-z_][a-z0-9_]*$/i.test(cell);
}
