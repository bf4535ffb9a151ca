import { TasklaneError } from '../../shared/errors.ts';

/** What the simulated provider can do instead of answering. */
export const FAULT_NAMES = [
  'badRequest400',
  'auth401',
  'payment402',
  'forbidden403',
  'notFound404',
  'context400',
  'rate429',
  'quota429',
  'server500',
  'server503',
  'timeout',
  'cut',
  'html',
  'empty',
  'redirect',
  'reset',
  'length',
  'slow',
] as const;
export type FaultName = (typeof FAULT_NAMES)[number];

/** Share of the attempts that meet each fault, 0 to 1; together at most 1. */
export type FaultShares = Readonly<Partial<Record<FaultName, number>>>;

/** Short words for the marker `[[fault:500]]`; the full names work as well. */
const MARKER_WORDS: Readonly<Record<string, FaultName>> = {
  '400': 'badRequest400',
  '401': 'auth401',
  '402': 'payment402',
  '403': 'forbidden403',
  '404': 'notFound404',
  '429': 'rate429',
  '500': 'server500',
  '503': 'server503',
  context: 'context400',
  quota: 'quota429',
};

export function isFaultName(name: string): name is FaultName {
  return FAULT_NAMES.some((known) => known === name);
}

/** The fault that a marker's word means, or null. */
export function faultOfWord(word: string): FaultName | null {
  if (Object.hasOwn(MARKER_WORDS, word)) return MARKER_WORDS[word] ?? null;
  return isFaultName(word) ? word : null;
}

/** All words a marker may use, for messages. */
export function faultWords(): readonly string[] {
  const short = new Set(Object.values(MARKER_WORDS));
  return [...Object.keys(MARKER_WORDS), ...FAULT_NAMES.filter((name) => !short.has(name))];
}

/** The fault at this point of [0, 1), or null: each share is a stretch of it. Throws nothing; shares are checked at the start. */
export function faultAt(point: number, shares: readonly (readonly [FaultName, number])[]): FaultName | null {
  let end = 0;
  for (const [name, share] of shares) {
    end += share;
    if (point < end) return name;
  }
  return null;
}

/** The shares as pairs without zeros. Throws `usage` for unknown names, shares outside 0 to 1 and a sum above 1. */
export function checkShares(shares: FaultShares): readonly (readonly [FaultName, number])[] {
  const pairs: (readonly [FaultName, number])[] = [];
  let sum = 0;
  for (const [name, share] of Object.entries(shares)) {
    if (!isFaultName(name)) throw new TasklaneError('usage', `There is no fault "${name}".`, `Known faults: ${FAULT_NAMES.join(', ')}.`);
    if (!(share >= 0 && share <= 1)) throw new TasklaneError('usage', `The share of ${name} was ${share}; a number from 0 to 1 was expected.`, 'Write 0.1 for one attempt in ten.');
    sum += share;
    if (share > 0) pairs.push([name, share]);
  }
  if (sum > 1 + 1e-9) throw new TasklaneError('usage', `The shares of all faults add up to ${sum}; at most 1 was expected.`, 'Lower some of them.');
  return pairs;
}
