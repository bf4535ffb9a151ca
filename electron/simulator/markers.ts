import { faultOfWord, faultWords, type FaultName } from './faults.ts';

/** What a prompt asks of the simulated provider, for demonstrations and tests. */
export interface Markers {
  readonly fault: FaultName | null;
  /** The fault meets only the first so many requests with that prompt; null = all. */
  readonly faultTimes: number | null;
  readonly latencyMs: number | null;
  /** What is wrong with a marker, or null. */
  readonly problem: string | null;
}

export const NO_MARKERS: Markers = { fault: null, faultTimes: null, latencyMs: null, problem: null };

const FAULT = /\[\[fault:\s*([A-Za-z0-9]+)(?:\s+times=(\d{1,6}))?\s*\]\]/;
const LATENCY = /\[\[latency:\s*(\d{1,7})\s*\]\]/;

/** Reads `[[fault:500]]`, `[[fault:500 times=2]]` and `[[latency:1500]]` (ms) out of a prompt. */
export function readMarkers(prompt: string): Markers {
  if (!prompt.includes('[[')) return NO_MARKERS;
  const [, word, times] = FAULT.exec(prompt) ?? [];
  const [, latency] = LATENCY.exec(prompt) ?? [];
  const fault = word === undefined ? null : faultOfWord(word);
  return {
    fault,
    faultTimes: times === undefined ? null : Number(times),
    latencyMs: latency === undefined ? null : Number(latency),
    problem: word !== undefined && fault === null ? `The marker [[fault:${word}]] is unknown. Known: ${faultWords().join(', ')}.` : null,
  };
}
