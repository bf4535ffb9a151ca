/** Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) from bytes cut anywhere. */
export interface SseReader {
  push(bytes: Uint8Array): void;
  /** Ends the last line and event, which the specification would drop but servers forget to end. */
  end(): void;
  /** Characters of the event that has not ended yet. */
  readonly heldCharacters: number;
}

/**
 * Calls `onData` with the data of each event, its lines joined by \n. Ends of line are LF, CRLF or CR; comments, ids,
 * names and retry times are passed over; bytes that are not UTF-8 become U+FFFD.
 */
export function createSseReader(onData: (data: string) => void): SseReader {
  const decoder = new TextDecoder();
  /** Pieces of a line whose end has not come: joined once, so that a very long line costs linear time. */
  let line: string[] = [];
  let lineCharacters = 0;
  let data: string | null = null;
  let afterCarriageReturn = false;

  function endLine(rest: string): void {
    const text = line.length === 0 ? rest : line.join('') + rest;
    line = [];
    lineCharacters = 0;
    if (text === '') {
      const complete = data;
      data = null;
      if (complete !== null) onData(complete);
      return;
    }
    if (!text.startsWith('data')) return;
    const after = text.charCodeAt(4);
    const isBare = text.length === 4;
    if (!isBare && after !== 58) return;
    const value = isBare ? '' : text.slice(text.charCodeAt(5) === 32 ? 6 : 5);
    data = data === null ? value : `${data}\n${value}`;
  }

  function feed(text: string): void {
    if (text === '') return;
    let from = afterCarriageReturn && text.charCodeAt(0) === 10 ? 1 : 0;
    afterCarriageReturn = false;
    let feedAt = text.indexOf('\n', from);
    let returnAt = text.indexOf('\r', from);
    while (feedAt !== -1 || returnAt !== -1) {
      const isReturn = returnAt !== -1 && (feedAt === -1 || returnAt < feedAt);
      const end = isReturn ? returnAt : feedAt;
      endLine(text.slice(from, end));
      from = end + 1;
      if (isReturn) {
        if (from === text.length) afterCarriageReturn = true;
        else if (feedAt === from) from += 1;
        returnAt = text.indexOf('\r', from);
      }
      if (feedAt !== -1 && feedAt < from) feedAt = text.indexOf('\n', from);
    }
    if (from === text.length) return;
    line.push(text.slice(from));
    lineCharacters += text.length - from;
  }

  return {
    get heldCharacters() {
      return lineCharacters + (data?.length ?? 0);
    },
    push: (bytes) => feed(decoder.decode(bytes, { stream: true })),
    end: () => {
      feed(decoder.decode());
      if (line.length > 0) endLine('');
      endLine('');
    },
  };
}
