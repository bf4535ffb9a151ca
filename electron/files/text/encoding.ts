import { TasklaneError } from '../../../shared/errors.ts';

/** The first bytes of files that are not text, whatever their name says. */
const SIGNATURES: readonly { readonly bytes: readonly number[]; readonly what: string; readonly hint: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: 'an XLSX workbook or another ZIP archive', hint: 'In the spreadsheet program, save it as "CSV UTF-8" and add that file.' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], what: 'an old Excel workbook (XLS)', hint: 'In the spreadsheet program, save it as "CSV UTF-8" and add that file.' },
  { bytes: [0x1f, 0x8b], what: 'compressed with gzip', hint: 'Unpack it and add the file inside.' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: 'compressed with zstd', hint: 'Unpack it and add the file inside.' },
  { bytes: [0x25, 0x50, 0x44, 0x46, 0x2d], what: 'a PDF document', hint: 'Copy its text or tables to a CSV or text file and add that.' },
  { bytes: [0x50, 0x41, 0x52, 0x31], what: 'a Parquet file', hint: 'Convert it to CSV or JSONL and add that file.' },
  { bytes: [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20], what: 'an SQLite database', hint: 'Export the table as CSV and add that file.' },
];

const UTF8_BOM = [0xef, 0xbb, 0xbf] as const;
const SAVE_AS_UTF8 = 'Save it again as UTF-8 (in Excel: "CSV UTF-8"; in a text editor: "Save with encoding") and add the new file.';

/** Looks at the first bytes of a file. Throws `file_format` for what is certainly not UTF-8 text. Returns the length of the BOM to skip. */
export function sniffEncoding(head: Uint8Array, name: string): { readonly encoding: string; readonly bomLength: number } {
  if (startsWith(head, UTF8_BOM)) return { encoding: 'UTF-8 with BOM', bomLength: UTF8_BOM.length };
  const utf16 = nameOfUtf16(head);
  if (utf16 !== null) throw new TasklaneError('file_format', `"${name}" is encoded as ${utf16}; UTF-8 was expected.`, SAVE_AS_UTF8);
  for (const { bytes, what, hint } of SIGNATURES) {
    if (startsWith(head, bytes)) throw new TasklaneError('file_format', `"${name}" is ${what}; a text file in UTF-8 was expected.`, hint);
  }
  return { encoding: 'UTF-8', bomLength: 0 };
}

function nameOfUtf16(head: Uint8Array): string | null {
  if (startsWith(head, [0xff, 0xfe, 0, 0]) || startsWith(head, [0, 0, 0xfe, 0xff])) return 'UTF-32';
  if (startsWith(head, [0xff, 0xfe])) return 'UTF-16 LE (its byte order mark FF FE says so)';
  if (startsWith(head, [0xfe, 0xff])) return 'UTF-16 BE (its byte order mark FE FF says so)';
  // Mostly Latin text without a mark: every second byte is NUL.
  const pairs = Math.min(head.length >> 1, 512);
  if (pairs < 2) return null;
  let evenNuls = 0;
  let oddNuls = 0;
  for (let i = 0; i < pairs; i += 1) {
    if (head[2 * i] === 0) evenNuls += 1;
    if (head[2 * i + 1] === 0) oddNuls += 1;
  }
  if (oddNuls > 0.7 * pairs && evenNuls < 0.1 * pairs) return 'UTF-16 LE (without a byte order mark)';
  if (evenNuls > 0.7 * pairs && oddNuls < 0.1 * pairs) return 'UTF-16 BE (without a byte order mark)';
  return null;
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return bytes.length >= start.length && start.every((byte, i) => bytes[i] === byte);
}

/** Bytes at the end that begin a character whose rest is still to come, 0 to 3. */
export function incompleteTailLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? back : 0;
  }
  return 0;
}

/** Position of the first byte that is not valid UTF-8, or -1. Slow; for error messages. */
export function firstInvalidByte(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] ?? 0;
    const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (length > 1) {
      try {
        decoder.decode(bytes.subarray(at, at + length));
      } catch {
        return at;
      }
    }
    at += length;
  }
  return -1;
}

/** `position` counts bytes of the file from 0, `line` counts from 1. */
export function invalidUtf8(name: string, line: number, position: number, byte: number): TasklaneError {
  const shown = byte.toString(16).toUpperCase().padStart(2, '0');
  return new TasklaneError('file_format', `"${name}" is not valid UTF-8: line ${line}, byte ${position + 1} of the file is ${shown} (hexadecimal). It may be Windows-1252, Latin-1 or another older encoding.`, SAVE_AS_UTF8);
}
