import type { AttemptPatch } from '../contract/columns.ts';
import type { RunHeader } from '../vocabulary.ts';
import type { Level, Span } from './sweep.ts';
import { ATTEMPT_RUNNING } from '../contract/columns.ts';
import { levelOf } from './sweep.ts';

/** The attempts of a run as stretches of time, in the order of sending. */
export interface AttemptSpans {
  /** From the first send to the last finish; to now while the run is on. Without length when nothing was sent. */
  readonly window: Span;
  /** Where each attempt stands in the patch. */
  readonly rows: Uint32Array;
  readonly sentMs: Float64Array;
  /** What is still in flight ends with the window. An attempt that ended at an unknown time has no length. */
  readonly endMs: Float64Array;
  /** How many attempts are in flight over time. */
  readonly inFlight: Level;
}

/** Rows that were sent, by ordinal: a snapshot has them in order already. */
function sentRows({ ordinal, sentMs }: AttemptPatch): Uint32Array {
  const rows = new Uint32Array(ordinal.length);
  let count = 0;
  let inOrder = true;
  for (let row = 0; row < ordinal.length; row += 1) {
    if (Number.isNaN(sentMs[row]!)) continue;
    if (count > 0 && ordinal[rows[count - 1]!]! > ordinal[row]!) inOrder = false;
    rows[count] = row;
    count += 1;
  }
  const sent = rows.subarray(0, count);
  return inOrder ? sent : sent.sort((left, right) => ordinal[left]! - ordinal[right]!);
}

function windowOf(run: RunHeader, attempts: AttemptPatch, rows: Uint32Array): Span {
  if (rows.length === 0) return { startMs: 0, endMs: 0 };
  let startMs = run.firstSentMs ?? Number.POSITIVE_INFINITY;
  let endMs = run.lastFinishedMs ?? Number.NEGATIVE_INFINITY;
  rows.forEach((row) => {
    startMs = Math.min(startMs, attempts.sentMs[row]!);
    endMs = Math.max(endMs, attempts.sentMs[row]!);
    if (attempts.finishedMs[row]! > endMs) endMs = attempts.finishedMs[row]!;
  });
  const isOn = run.status === 'running' || run.status === 'pausing';
  return { startMs, endMs: isOn ? Math.max(endMs, run.activeMs) : endMs };
}

/** Gathers what the timing functions compute on. */
export function attemptSpans(run: RunHeader, attempts: AttemptPatch): AttemptSpans {
  const rows = sentRows(attempts);
  const window = windowOf(run, attempts, rows);
  const sentMs = new Float64Array(rows.length);
  const endMs = new Float64Array(rows.length);
  rows.forEach((row, position) => {
    const sent = attempts.sentMs[row]!;
    const finished = attempts.finishedMs[row]!;
    sentMs[position] = sent;
    if (!Number.isNaN(finished)) endMs[position] = Math.max(sent, finished);
    else endMs[position] = attempts.outcome[row] === ATTEMPT_RUNNING ? window.endMs : sent;
  });
  return { window, rows, sentMs, endMs, inFlight: levelOf(sentMs, endMs) };
}

/** Time each attempt took, from send to end so far, ms. */
export function attemptDurations(spans: AttemptSpans): Float64Array {
  return spans.endMs.map((endMs, position) => endMs - spans.sentMs[position]!);
}
