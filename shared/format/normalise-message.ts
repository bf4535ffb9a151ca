const READ_CHARACTERS_MAX = 2000;
const MESSAGE_CHARACTERS_MAX = 200;

/**
 * What the messages of one kind of failure have in common: ids and long hex become `<id>`, addresses `<url>`, quotations
 * `“…”`, numbers `#`; white space is joined. At most 200 characters; a normalised message stays as it is. For grouping
 * and for people, never for decisions.
 */
export function normaliseMessage(message: string): string {
  let text = message.slice(0, READ_CHARACTERS_MAX);
  // What a replacement or the cut leaves behind may read as one more quotation. Each round that changes anything takes
  // ASCII quotes, digits, an address or length away, so there is a last one.
  for (;;) {
    const next = replaceOnce(text).slice(0, MESSAGE_CHARACTERS_MAX).toWellFormed().trimEnd();
    if (next === text) return next;
    text = next;
  }
}

function replaceOnce(message: string): string {
  return message
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .replaceAll(/https?:\/\/[^\s"'`<>)]+/giu, '<url>')
    // Typographic quotes in their place, so that they never pair up with a stray one. An apostrophe opens nothing.
    .replaceAll(/"[^"]*"|`[^`]*`|(?<![\p{L}\p{N}])'[^']*'(?![\p{L}\p{N}])/gu, '“…”')
    // Asked for its length first, and for its digit not far away: from each word to the end would be quadratic.
    .replaceAll(/\b(?:[a-z]{2,12}[-_])?(?=[0-9a-zA-Z]{8})(?=[\w-]{0,100}\d)[0-9a-zA-Z]{8,}(?:-[0-9a-zA-Z]+)*\b/gu, '<id>')
    // Lengths of time such as 6m0.5s as a whole: waits are said in whichever unit fits.
    .replaceAll(/(?:\p{N}+(?:\.\p{N}+)?(?:ms|[smhd]))+(?!\p{L})|\p{N}+(?:[.,]\p{N}+)*/gu, '#');
}
