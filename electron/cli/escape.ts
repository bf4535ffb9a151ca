/** Control (C0, DEL, C1), format (bidi, zero-width, tags), line and paragraph separators, lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b' };

function marker(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}

/**
 * Text from a file, a model or a server, made safe for a terminal: what could move the cursor, recolour, open links,
 * reach the clipboard or reorder what is read becomes a visible marker (`\x1b`, `\u202e`). The result is one line.
 */
export function escapeForTerminal(text: string): string {
  return text.replace(UNSAFE, (character) => SHORT[character] ?? marker(character));
}

/** `escapeForTerminal` for text of several lines: line breaks stay. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeForTerminal).join('\n');
}

/**
 * One JSON value on one line. Characters that a terminal might act on are written as JSON escapes, which every JSON
 * reader turns back into the same value.
 */
export function jsonLine(value: unknown): string {
  const text = JSON.stringify(value).replace(UNSAFE, (character) =>
    Array.from({ length: character.length }, (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`).join(''),
  );
  return `${text}\n`;
}
