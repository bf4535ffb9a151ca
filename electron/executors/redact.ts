/** What stands in the place of a key. */
export const REDACTED = '[key redacted]';

/** Shorter keys are dummies of local servers ("none", "ollama"), which also occur in ordinary text. */
const KEY_LENGTH_MIN = 8;

/** Removes a key wherever it is echoed. */
export interface Redactor {
  /** The whole text without the key. */
  whole(text: string): string;
  /** Same for a text that comes in pieces: holds back what may be the beginning of the key. */
  stream(): StreamRedactor;
}

export interface StreamRedactor {
  /** What can be shown now of the text so far. */
  push(piece: string): string;
  /** What was held back; after the last piece. So much of a key that it tells something of it is redacted as well. */
  end(): string;
}

const NO_REDACTION: Redactor = { whole: (text) => text, stream: () => ({ push: (piece) => piece, end: () => '' }) };

/** The forms in which a key may come back: as it is, in a URL, in JSON inside of a string. */
function formsOf(key: string): readonly string[] {
  const forms = new Set([key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1)]);
  return [...forms].sort((left, right) => right.length - left.length);
}

/** Position from which the text's end may be the beginning of a form; its length when it is none. */
function heldFrom(text: string, forms: readonly string[]): number {
  let from = text.length;
  for (const form of forms) {
    const first = form.charAt(0);
    let at = text.indexOf(first, Math.max(0, text.length - form.length + 1));
    while (at !== -1 && !form.startsWith(text.slice(at))) at = text.indexOf(first, at + 1);
    if (at !== -1 && at < from) from = at;
  }
  return from;
}

/** A redactor for one key; null, and keys under 8 characters, redact nothing. */
export function createRedactor(key: string | null): Redactor {
  if (key === null || key.length < KEY_LENGTH_MIN) return NO_REDACTION;
  const forms = formsOf(key);
  const whole = (text: string): string => {
    let result = text;
    for (const form of forms) if (result.includes(form)) result = result.replaceAll(form, () => REDACTED);
    return result;
  };
  return {
    whole,
    stream: () => {
      let held = '';
      return {
        push: (piece) => {
          const text = whole(held + piece);
          const from = heldFrom(text, forms);
          held = text.slice(from);
          return text.slice(0, from);
        },
        end: () => {
          const rest = held;
          held = '';
          return rest.length >= KEY_LENGTH_MIN ? REDACTED : rest;
        },
      };
    },
  };
}
