/**
 * Advance widths in em of a typical system sans-serif (Segoe UI, Roboto and Liberation Sans differ by under 10 %), so that
 * legends and labels can be laid out without a browser.
 */
const NARROW = /[ijlI.,:;'|!() ]/;
const WIDE = /[mwMW%@]/;
const CAPITAL = /[A-Z]/;

function emOf(character: string): number {
  if (character.charCodeAt(0) > 0x2e80) return 1;
  if (NARROW.test(character)) return 0.3;
  if (WIDE.test(character)) return 0.87;
  return CAPITAL.test(character) ? 0.68 : 0.56;
}

/** Estimated width of one line of text in px at `fontSizePx`; errs on the wide side. */
export function textWidth(text: string, fontSizePx: number): number {
  let em = 0;
  for (const character of text) em += emOf(character);
  return em * fontSizePx;
}

/** The text, shortened with an ellipsis to fit `widthPx`; '' when fewer than two characters would be left. */
export function fitText(text: string, widthPx: number, fontSizePx: number): string {
  if (textWidth(text, fontSizePx) <= widthPx) return text;
  const characters = Array.from(text);
  while (characters.length > 0 && textWidth(`${characters.join('')}…`, fontSizePx) > widthPx) characters.pop();
  return characters.length < 2 ? '' : `${characters.join('').trimEnd()}…`;
}

/** Breaks text into lines no wider than `widthPx`, at spaces; a single long word keeps its own line. */
export function wrapText(text: string, widthPx: number, fontSizePx: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, fontSizePx) > widthPx) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line !== '') lines.push(line);
  return lines;
}
