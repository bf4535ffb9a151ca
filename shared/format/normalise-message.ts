const MESSAGE_CHARACTERS_MAX = 200;

/**
 * What the messages of one kind of failure have in common: ids and long hex become `<id>`, addresses `<url>`, quotations
 * `"…"`, numbers `#`; white space is joined. For grouping and for people, never for decisions.
 */
export function normaliseMessage(message: string): string {
  return message
    .slice(0, 2000)
    .replaceAll(/https?:\/\/[^\s"'<>)]+/gu, '<url>')
    .replaceAll(/"[^"\n]*"|'[^'\n]{0,200}'(?![\p{L}\p{N}])|`[^`\n]*`/gu, '"…"')
    .replaceAll(/\b(?:[a-z]{2,12}[-_])?(?=[\w-]*\d)[0-9a-zA-Z]{8,}(?:-[0-9a-zA-Z]+)*\b/gu, '<id>')
    .replaceAll(/\d+(?:[.,]\d+)*/gu, '#')
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .slice(0, MESSAGE_CHARACTERS_MAX);
}
