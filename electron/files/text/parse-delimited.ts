import { MAX_RECORD_CHARACTERS } from './split-lines.ts';

/** One record as it stands in the file. */
export interface DelimitedRecord {
  /** Line on which it begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
  /** Why it cannot be read, or null. */
  readonly problem: string | null;
}

export interface DelimitedParser {
  push(text: string): readonly DelimitedRecord[];
  end(): readonly DelimitedRecord[];
}

const QUOTE = 0x22;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
/** Characters of the longest line end. */
const LINE_END = 2;

/**
 * RFC 4180 with any delimiter (null: every line is one field), any mixture of LF, CRLF and CR, and any chunk borders.
 * Blank lines are no records. A record that is quoted wrongly becomes a problem, and reading goes on with the line
 * after the one where it began, so one stray quote cannot swallow the rest of the file. (Papaparse knows one kind of
 * line end per file, gives no line numbers and reads on to the end of the file after a quote that is never closed.)
 */
export function createDelimitedParser(delimiter: string | null, maxCharacters: number = MAX_RECORD_CHARACTERS): DelimitedParser {
  const delimiterCode = delimiter === null ? -1 : delimiter.charCodeAt(0);
  /** Text from the start of the first record that is not complete yet. */
  let text = '';
  /** Chunks that came since; joined only once they double the text, so that a huge cell costs linear time. */
  let waiting: string[] = [];
  let waitingLength = 0;
  let line = 1;
  /** Inside a line that was given up as too long: everything up to its end is dropped. */
  let skipping = false;

  // The scan's state, outside of its functions because a record has several results.
  let at = 0;
  let lines = 0;

  /** Records of `text` from its beginning; what is incomplete stays in `text`. */
  function scan(final: boolean): DelimitedRecord[] {
    const records: DelimitedRecord[] = [];
    let start = skipping ? dropRest(final) : 0;
    while (start < text.length) {
      at = start;
      lines = 0;
      const read = readRecord(final);
      const outcome = typeof read === 'object' && at - start > maxCharacters + LINE_END ? INCOMPLETE : read;
      if (outcome === INCOMPLETE && text.length - start <= maxCharacters) break;
      if (typeof outcome === 'object') {
        const blank = outcome.length === 1 && outcome[0] === '' && text.charCodeAt(start) !== QUOTE;
        if (!blank) records.push({ line, fields: outcome, problem: null });
        line += lines;
        start = at;
      } else {
        const tooLong = outcome === INCOMPLETE;
        const behind = lineEndAfter(start, final || tooLong);
        if (behind === -1) break;
        records.push({ line, fields: [], problem: tooLong ? `the row is longer than ${maxCharacters} characters; a closing quote may be missing` : outcome });
        if (tooLong && !final && behind === text.length && !text.endsWith('\n')) {
          skipping = true;
          start = endBeforeReturn();
        } else {
          start = behind;
          line += 1;
        }
      }
    }
    text = text.slice(start);
    return records;
  }

  /** The fields, a problem, or INCOMPLETE; moves `at` behind the record and counts its `lines`. */
  function readRecord(final: boolean): string[] | string | typeof INCOMPLETE {
    const fields: string[] = [];
    for (;;) {
      const fieldStart = at;
      if (text.charCodeAt(at) === QUOTE) {
        const field = readQuoted(final);
        if (field === INCOMPLETE) return INCOMPLETE;
        if (field === null) return `a quote in column ${fields.length + 1} is ${at >= text.length ? 'never closed' : 'followed by text; quotes inside a quoted value must be doubled ("")'}`;
        fields.push(field);
      } else {
        let end = at;
        for (; end < text.length; end += 1) {
          const code = text.charCodeAt(end);
          if (code === delimiterCode || code === NEWLINE || code === RETURN) break;
        }
        at = end;
        fields.push(text.slice(fieldStart, end));
      }
      if (at >= text.length) {
        if (!final) return INCOMPLETE;
        lines += 1;
        return fields;
      }
      const code = text.charCodeAt(at);
      if (code === delimiterCode) {
        at += 1;
      } else {
        return endLine(code, final) ? fields : INCOMPLETE;
      }
    }
  }

  /** The value, null where the quoting is wrong (`at` = end of text when it is never closed), or INCOMPLETE. */
  function readQuoted(final: boolean): string | null | typeof INCOMPLETE {
    let end = at + 1;
    let partStart = end;
    let value = '';
    for (;;) {
      if (end >= text.length) {
        at = end;
        return final ? null : INCOMPLETE;
      }
      const code = text.charCodeAt(end);
      if (code === RETURN || code === NEWLINE) {
        lines += 1;
        end += code === RETURN && text.charCodeAt(end + 1) === NEWLINE ? 2 : 1;
      } else if (code !== QUOTE) {
        end += 1;
      } else if (text.charCodeAt(end + 1) === QUOTE) {
        value += text.slice(partStart, end + 1);
        end += 2;
        partStart = end;
      } else {
        value = value === '' ? text.slice(partStart, end) : value + text.slice(partStart, end);
        at = end + 1;
        break;
      }
    }
    if (delimiterCode !== SPACE) while (text.charCodeAt(at) === SPACE) at += 1;
    if (at >= text.length) return final ? value : INCOMPLETE;
    const next = text.charCodeAt(at);
    return next === delimiterCode || next === NEWLINE || next === RETURN ? value : null;
  }

  /** Moves behind a line end; false when a CR stands last and its LF may follow. */
  function endLine(code: number, final: boolean): boolean {
    if (code === RETURN && at + 1 >= text.length && !final) return false;
    at += code === RETURN && text.charCodeAt(at + 1) === NEWLINE ? 2 : 1;
    lines += 1;
    return true;
  }

  /** Where the line after the one at `start` begins; -1 when its end has not come yet. */
  function lineEndAfter(start: number, final: boolean): number {
    let end = start;
    while (end < text.length && text.charCodeAt(end) !== NEWLINE && text.charCodeAt(end) !== RETURN) end += 1;
    if (end === text.length) return final ? end : -1;
    if (text.charCodeAt(end) === NEWLINE) return end + 1;
    if (end + 1 === text.length && !final) return -1;
    return text.charCodeAt(end + 1) === NEWLINE ? end + 2 : end + 1;
  }

  /** Drops the rest of a line that was given up; returns where reading goes on. */
  function dropRest(final: boolean): number {
    const behind = lineEndAfter(0, final);
    if (behind === -1) return endBeforeReturn();
    skipping = false;
    line += 1;
    return behind;
  }

  /** The end of the text; a last CR is left, since its LF may follow. */
  function endBeforeReturn(): number {
    return text.endsWith('\r') ? text.length - 1 : text.length;
  }

  return {
    push(chunk) {
      waiting.push(chunk);
      waitingLength += chunk.length;
      if (waitingLength < text.length && text.length + waitingLength <= maxCharacters) return [];
      text = flat(text, waiting);
      waiting = [];
      waitingLength = 0;
      return scan(false);
    },
    end() {
      text = flat(text, waiting);
      waiting = [];
      return scan(true);
    },
  };
}

const INCOMPLETE = Symbol('incomplete');

/** One string in one piece: joined by `+` it would be a tree, whose every charCodeAt costs twice. */
function flat(text: string, waiting: readonly string[]): string {
  const [only] = waiting;
  return text === '' && waiting.length === 1 && only !== undefined ? only : [text, ...waiting].join('');
}
