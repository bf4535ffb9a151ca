const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENERS: ReadonlySet<number> = new Set([0x7b, 0x5b]);
const CLOSERS: ReadonlySet<number> = new Set([0x7d, 0x5d]);

/**
 * The members of a JSON object in order, repeated names included, or a sentence on why the text is none. Strings are
 * decoded, `null` is '', and numbers, booleans, arrays and objects keep the text that they have: so integers over
 * 2^53 keep their digits, and nesting 100,000 levels deep costs no stack.
 */
export function jsonMembers(text: string): readonly (readonly [name: string, value: string])[] | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `not valid JSON: ${error instanceof Error ? error.message.slice(0, 200) : 'unreadable'}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `a JSON object like {"prompt": "…"} was expected, ${kindOf(value)} came`;
  return membersOf(text);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** `text` is known to be one valid JSON object, so finding the borders of its members is enough. */
function membersOf(text: string): readonly (readonly [string, string])[] {
  const members: (readonly [string, string])[] = [];
  let at = text.indexOf('{') + 1;
  for (;;) {
    const nameStart = text.indexOf('"', at);
    if (nameStart === -1) return members;
    const nameEnd = endOfString(text, nameStart);
    const valueStart = text.indexOf(':', nameEnd) + 1;
    const valueEnd = endOfValue(text, valueStart);
    members.push([decodeString(text.slice(nameStart, nameEnd)), decodeValue(text.slice(valueStart, valueEnd).trim())]);
    if (text.charCodeAt(valueEnd) !== COMMA) return members;
    at = valueEnd + 1;
  }
}

/** Position behind the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** Position of the comma or brace that ends the value. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      continue;
    }
    if (depth === 0 && (code === COMMA || CLOSERS.has(code))) return at;
    if (OPENERS.has(code)) depth += 1;
    else if (CLOSERS.has(code)) depth -= 1;
    at += 1;
  }
}

function decodeValue(raw: string): string {
  if (raw === 'null') return '';
  return raw.charCodeAt(0) === QUOTE ? decodeString(raw) : raw;
}

function decodeString(raw: string): string {
  return raw.includes('\\') ? String(JSON.parse(raw)) : raw.slice(1, -1);
}
