/** Longest stretch of one kind of character that goes to the tokenizer in one piece. */
const RUN_CHARACTERS_MAX = 128;

const SPACE = 0;
const WORD = 1;
const MARK = 2;

function kindOf(unit: number): number {
  if (unit <= 0x20) return SPACE;
  if (unit >= 0x80 || (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a)) return WORD;
  return MARK;
}

/** Whether a cut before `position` would take a pair of surrogates apart. */
export function splitsPair(text: string, position: number): boolean {
  const before = text.charCodeAt(position - 1);
  const after = text.charCodeAt(position);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}

/**
 * Cuts a text into pieces in which no stretch without a change between space, word and mark is longer than 128
 * characters: the tokenizer's time grows with the square of such a stretch (7 s for 20,000 Chinese characters without a
 * comma). Each cut may cost or save a token or two, so a text without such a stretch comes back whole.
 */
export function shortRuns(text: string): readonly string[] {
  const pieces: string[] = [];
  let pieceStart = 0;
  let runStart = 0;
  let runKind = -1;
  for (let position = 0; position < text.length; position += 1) {
    const kind = kindOf(text.charCodeAt(position));
    if (kind !== runKind) {
      runKind = kind;
      runStart = position;
    } else if (position - runStart >= RUN_CHARACTERS_MAX && !splitsPair(text, position)) {
      pieces.push(text.slice(pieceStart, position));
      pieceStart = position;
      runStart = position;
    }
  }
  pieces.push(text.slice(pieceStart));
  return pieces;
}
