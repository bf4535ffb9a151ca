import type { AttemptPatch } from '../contract/columns.ts';
import type { RunHeader } from '../vocabulary.ts';
import type { AttemptSpans } from './attempt-spans.ts';
import { attemptSpans } from './attempt-spans.ts';
import { sweep } from './sweep.ts';

/** How many slots a run had and how far they were used. Slots at an instant = max(effective limit, tasks in flight). */
export interface SlotUse {
  /** From the first send to the last finish (to now while the run is on), without pauses. */
  readonly wallMs: number;
  /** Integral of slots over time, slot-ms. */
  readonly slotMs: number;
  /** Integral of tasks in flight over time, slot-ms: the sum of all service times. */
  readonly busyMs: number;
  /** c, the time mean of slots; 0 before anything took time. */
  readonly meanSlots: number;
  readonly peakSlots: number;
  readonly peakInFlight: number;
}

/** Slot use from attempts that are gathered already. */
export function slotUseOf(run: RunHeader, spans: AttemptSpans): SlotUse {
  let slotMs = 0;
  let busyMs = 0;
  let peakSlots = 0;
  let peakInFlight = 0;
  sweep(spans.window, run.slotSteps, [spans.inFlight], (durationMs, limit, counts) => {
    const inFlight = counts[0]!;
    const slots = Math.max(limit, inFlight);
    slotMs += slots * durationMs;
    busyMs += inFlight * durationMs;
    peakSlots = Math.max(peakSlots, slots);
    peakInFlight = Math.max(peakInFlight, inFlight);
  });
  const wallMs = spans.window.endMs - spans.window.startMs;
  return { wallMs, slotMs, busyMs, meanSlots: wallMs > 0 ? slotMs / wallMs : 0, peakSlots, peakInFlight };
}

/** Slot use of a run. */
export function slotUse(run: RunHeader, attempts: AttemptPatch): SlotUse {
  return slotUseOf(run, attemptSpans(run, attempts));
}

/** c: the time mean of max(effective limit, in flight) from the first send to the last finish. */
export function meanSlots(run: RunHeader, attempts: AttemptPatch): number {
  return slotUse(run, attempts).meanSlots;
}

/** The most slots at any time between the first send and the last finish. */
export function peakSlots(run: RunHeader, attempts: AttemptPatch): number {
  return slotUse(run, attempts).peakSlots;
}
