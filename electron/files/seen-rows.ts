import type { Vars } from '../../shared/contract/commands.ts';

/** Tables of 8 bytes a place, at most three quarters full: 32 MB for this many. Rows beyond are compared with these but not remembered. */
const MOST_ROWS = 3 * 1024 * 1024;
const FIRST_CAPACITY = 1024;
const FIRST_BUFFER_BYTES = 16 * 1024;

export interface SeenRows {
  /**
   * True when a row with the same values under the same names was added before. `names` are the row's, sorted where
   * their order may differ from row to row. 64 bits of hash stand for a row: about one false hit in a million sets of
   * five million rows.
   */
  add(vars: Vars, names: readonly string[]): boolean;
}

/** A set of rows by content with bounded memory: open addressing over two typed arrays. */
export function createSeenRows(mostRows: number = MOST_ROWS): SeenRows {
  let high = new Uint32Array(FIRST_CAPACITY);
  let low = new Uint32Array(FIRST_CAPACITY);
  let size = 0;
  const hashText = createTextHash();
  let latestNames: readonly string[] = [];
  let namesHash: TextHash = { high: 0, low: 0 };

  /** The place of this hash, or the free place where it would go; `low` 0 marks a free one. */
  function find(hashHigh: number, hashLow: number): number {
    const mask = high.length - 1;
    let at = hashLow & mask;
    while (low[at] !== 0 && (high[at] !== hashHigh || low[at] !== hashLow)) at = (at + 1) & mask;
    return at;
  }

  function grow(): void {
    const oldHigh = high;
    const oldLow = low;
    high = new Uint32Array(oldHigh.length * 2);
    low = new Uint32Array(oldLow.length * 2);
    for (let i = 0; i < oldLow.length; i += 1) {
      const hashHigh = oldHigh[i] ?? 0;
      const hashLow = oldLow[i] ?? 0;
      if (hashLow === 0) continue;
      const at = find(hashHigh, hashLow);
      high[at] = hashHigh;
      low[at] = hashLow;
    }
  }

  return {
    add(vars, names) {
      if (names !== latestNames) {
        latestNames = names;
        namesHash = hashText(names.map(withLength).join(''));
      }
      let text = '';
      for (const name of names) text += withLength(vars[name] ?? '');
      const values = hashText(text);
      const hashHigh = (values.high ^ namesHash.high) >>> 0;
      const hashLow = (values.low ^ namesHash.low) >>> 0 || 1;
      const at = find(hashHigh, hashLow);
      if (low[at] !== 0) return true;
      if (size >= mostRows) return false;
      high[at] = hashHigh;
      low[at] = hashLow;
      size += 1;
      if (size * 4 > high.length * 3) grow();
      return false;
    },
  };
}

/** So that "ab", "c" and "a", "bc" differ when joined. */
function withLength(text: string): string {
  return `${text.length}:${text}`;
}

interface TextHash {
  readonly high: number;
  readonly low: number;
}

/** Hashes a text through one buffer that is used again and again. */
function createTextHash(): (text: string) => TextHash {
  let bytes = Buffer.alloc(FIRST_BUFFER_BYTES);
  let words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  return (text) => {
    // At most 3 bytes a UTF-16 unit, and room to fill the last word.
    if (text.length * 3 + 4 > bytes.length) {
      bytes = Buffer.alloc(4 * (text.length + 1));
      words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    }
    const length = bytes.write(text, 'utf8');
    for (let i = length; i % 4 !== 0; i += 1) bytes[i] = 0;
    return hashWords(words, (length + 3) >> 2);
  };
}

/** Two 32-bit hashes; constants of MurmurHash3. */
function hashWords(words: Int32Array, count: number): TextHash {
  let high = count;
  let low = 0x9747b28c;
  for (let i = 0; i < count; i += 1) {
    const word = words[i] ?? 0;
    high = Math.imul(high ^ word, 0xcc9e2d51);
    high ^= high >>> 15;
    low = Math.imul(((low << 13) | (low >>> 19)) ^ word, 0x1b873593);
  }
  return { high: finish(high), low: finish(low) };
}

/** MurmurHash3's 32-bit finaliser: every bit of the input reaches every bit of the result. */
function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
