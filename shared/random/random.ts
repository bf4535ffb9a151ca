/** A source of numbers in [0, 1). Passed in wherever chance is needed, so that results can be repeated. */
export type Random = () => number;

/**
 * A seeded generator (sfc32 by Chris Doty-Humphrey, period about 2^128, seeded through splitmix32). The same seed gives
 * the same sequence on every machine. Not for secrets.
 */
export function createRandom(seed: number): Random {
  let mixer = seed | 0;
  const mix = (): number => {
    mixer = (mixer + 0x9e3779b9) | 0;
    let word = mixer ^ (mixer >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word ^= word >>> 15;
    word = Math.imul(word, 0x735a2d97);
    return word ^ (word >>> 15);
  };
  let a = mix();
  let b = mix();
  let c = mix();
  let counter = 1;
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
}

/** One draw from the standard normal distribution (Box-Muller). */
export function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * One draw from a log-normal distribution: half of the draws lie below `median` (any positive unit), and `sigma` is the
 * standard deviation of the logarithm (0 always gives the median; latencies of LLM calls lie near 0.3 to 0.8).
 */
export function logNormal(random: Random, median: number, sigma: number): number {
  return median * Math.exp(sigma * standardNormal(random));
}

/** A 32-bit hash of a text (FNV-1a over its UTF-16 code units, low byte first), from 0 to 2^32 - 1. For seeds and buckets, not for security. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let position = 0; position < text.length; position += 1) {
    const unit = text.charCodeAt(position);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash >>> 0;
}
