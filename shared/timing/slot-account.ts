import type { AttemptPatch, TaskPatch } from '../contract/columns.ts';
import type { SlotAccount } from '../contract/summary.ts';
import type { RunHeader } from '../vocabulary.ts';
import type { AttemptSpans } from './attempt-spans.ts';
import type { Level } from './sweep.ts';
import { attemptSpans } from './attempt-spans.ts';
import { sweep } from './sweep.ts';
import { waitingLevels } from './waiting.ts';

const NEVER_ENDS = new Float64Array(0);

/** How many different slots have had their first send. */
function slotsUsedLevel(attempts: AttemptPatch, spans: AttemptSpans): Level {
  const firstSends = new Map<number, number>();
  spans.rows.forEach((row, position) => {
    const slot = attempts.slot[row]!;
    firstSends.set(slot, Math.min(spans.sentMs[position]!, firstSends.get(slot) ?? Number.POSITIVE_INFINITY));
  });
  return { startsMs: Float64Array.from(firstSends.values()).sort(), endsMs: NEVER_ENDS };
}

/** The account from attempts that are gathered already. */
export function slotAccountOf(run: RunHeader, tasks: TaskPatch, attempts: AttemptPatch, spans: AttemptSpans): SlotAccount {
  const waiting = waitingLevels(run, tasks, attempts, spans);
  const levels = [spans.inFlight, slotsUsedLevel(attempts, spans), waiting.slot, waiting.rateLimit, waiting.backoff];
  const account = { slotMs: 0, serviceMs: 0, dispatchGapMs: 0, rampMs: 0, rateWaitMs: 0, backoffMs: 0, tailMs: 0 };
  sweep(spans.window, run.slotSteps, levels, (durationMs, limit, counts) => {
    const inFlight = counts[0]!;
    const slotsUsed = counts[1]!;
    const forSlot = counts[2]!;
    const forRateLimit = counts[3]!;
    const inBackoff = counts[4]!;
    const slots = Math.max(limit, inFlight);
    const idle = slots - inFlight;
    account.slotMs += slots * durationMs;
    account.serviceMs += inFlight * durationMs;
    if (idle === 0) return;
    // One rate limit holds the whole run: while a task waits for it, those behind in the queue cannot be sent either.
    const sendable = forRateLimit > 0 ? 0 : Math.min(idle, forSlot);
    // Slots that were used before get the next task first, so that of the idle ones the fresh are filled last.
    const fresh = Math.min(idle, Math.max(0, slots - slotsUsed));
    const dispatchGap = Math.min(sendable, idle - fresh);
    const rateLimited = Math.min(idle - sendable, forRateLimit > 0 ? forRateLimit + forSlot : 0);
    const backoff = Math.min(idle - sendable - rateLimited, inBackoff);
    account.dispatchGapMs += dispatchGap * durationMs;
    account.rampMs += (sendable - dispatchGap) * durationMs;
    account.rateWaitMs += rateLimited * durationMs;
    account.backoffMs += backoff * durationMs;
    account.tailMs += (idle - sendable - rateLimited - backoff) * durationMs;
  });
  return account;
}

/**
 * Where the integral of slots over time went, from the first send to the last finish: service, and for each idle slot at
 * each instant one cause in this order: a task that could be sent -> dispatch gap (ramp before that slot's first send);
 * else a task that waits for a rate limit; else one in backoff; else tail, nothing being left. A waiting task explains at
 * most one slot. The parts add up to `slotMs` but for floating-point rounding.
 */
export function slotAccount(run: RunHeader, tasks: TaskPatch, attempts: AttemptPatch): SlotAccount {
  return slotAccountOf(run, tasks, attempts, attemptSpans(run, attempts));
}
