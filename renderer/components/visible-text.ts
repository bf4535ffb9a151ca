/** Characters that change the direction of text or hide between letters; joiners inside emoji and scripts are left alone. */
const INVISIBLE = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/g;

/** The text with invisible and direction-changing characters written out as markers, e.g. `‹U+202E›`, so that nothing hides in data. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, (character) => `‹U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}›`);
}
