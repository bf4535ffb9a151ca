/** Longest line or quoted record that is read, in characters; what is longer is reported as a bad row. 32 Mi keeps memory far under 300 MB. */
export const MAX_RECORD_CHARACTERS = 32 * 1024 * 1024;

export interface TextLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** The line was longer than MAX_RECORD_CHARACTERS; `text` is its beginning. */
  readonly tooLong: boolean;
}

export interface LineSplitter {
  push(text: string): readonly TextLine[];
  end(): readonly TextLine[];
}

/** Splits text at LF, CRLF and lone CR, wherever the borders of its chunks lie. */
export function createLineSplitter(maxCharacters: number = MAX_RECORD_CHARACTERS): LineSplitter {
  let line = 1;
  let parts: string[] = [];
  let length = 0;
  /** The last chunk ended in CR: an LF at the start of the next one belongs to it. */
  let afterReturn = false;

  function keep(part: string): void {
    if (part !== '' && length <= maxCharacters) parts.push(part);
    length += part.length;
  }

  function take(): TextLine {
    const tooLong = length > maxCharacters;
    const text = tooLong ? parts.join('').slice(0, 200) : parts.join('');
    const taken = { line, text, tooLong };
    parts = [];
    length = 0;
    line += 1;
    return taken;
  }

  return {
    push(text) {
      const lines: TextLine[] = [];
      let start = 0;
      if (afterReturn && text.startsWith('\n')) start = 1;
      if (text !== '') afterReturn = text.endsWith('\r');
      let nextReturn = text.indexOf('\r', start);
      let nextNewline = text.indexOf('\n', start);
      while (nextReturn !== -1 || nextNewline !== -1) {
        const atReturn = nextReturn !== -1 && (nextNewline === -1 || nextReturn < nextNewline);
        const at = atReturn ? nextReturn : nextNewline;
        keep(text.slice(start, at));
        lines.push(take());
        start = atReturn && nextNewline === at + 1 ? at + 2 : at + 1;
        if (nextReturn !== -1 && nextReturn < start) nextReturn = text.indexOf('\r', start);
        if (nextNewline !== -1 && nextNewline < start) nextNewline = text.indexOf('\n', start);
      }
      keep(text.slice(start));
      return lines;
    },
    end() {
      return length === 0 ? [] : [take()];
    },
  };
}
