import * as fc from 'fast-check';
import type { AttemptPatch, AttemptRow, TaskPatch, TaskRow } from '../../../shared/contract/columns.ts';
import type { SlotAccount } from '../../../shared/contract/summary.ts';
import type { RunHeader, SlotStep } from '../../../shared/vocabulary.ts';
import { ATTEMPT_COMPLETED, ATTEMPT_FAILED, attemptPatchOf, taskPatchOf } from '../../../shared/contract/columns.ts';
import { runHeader } from '../run-fixture.ts';

/** One task of a schedule: how long each attempt takes (all but the last fail) and how long it backs off after each. */
export interface PlannedTask {
  readonly attempts: readonly number[];
  readonly backoff: number;
}

export interface Plan {
  readonly tasks: readonly PlannedTask[];
  /** The limit from each tick on. */
  readonly limits: readonly { readonly atTick: number; readonly slots: number }[];
  /** Ticks in which the rate limit lets nothing through. */
  readonly gate: { readonly fromTick: number; readonly untilTick: number };
  /** Sends in one tick at most: makes ramps and dispatch gaps. */
  readonly sendsPerTick: number;
  /** Length of a tick, ms; thirds bring in rounding. */
  readonly tickMs: number;
}

export interface Simulated {
  readonly run: RunHeader;
  readonly tasks: TaskPatch;
  readonly attempts: AttemptPatch;
  readonly wallMs: number;
  /** Why slots were idle, counted tick by tick from what really waited. */
  readonly account: SlotAccount;
}

interface Waiting {
  readonly task: number;
  readonly attempt: number;
  backoffLeft: number;
  backoff: number;
  queue: number;
  rate: number;
}

/** Runs a plan tick by tick, the way an engine with a live limit, backoff and a rate limit would. */
export function simulate(plan: Plan): Simulated {
  const waiting: Waiting[] = plan.tasks.map((_, task) => ({ task, attempt: 0, backoffLeft: 0, backoff: 0, queue: 0, rate: 0 }));
  const inFlight: { readonly row: number; readonly task: number; readonly attempt: number; readonly slot: number; left: number }[] = [];
  const rows: AttemptRow[] = [];
  const usedSlots = new Set<number>();
  const ticks = { slotMs: 0, serviceMs: 0, dispatchGapMs: 0, rampMs: 0, rateWaitMs: 0, backoffMs: 0, tailMs: 0 };
  let limit = 0;
  let firstTick = -1;
  let lastTick = 0;
  for (let tick = 0; waiting.length > 0 || inFlight.length > 0; tick += 1) {
    for (const step of plan.limits) if (step.atTick === tick) limit = step.slots;
    const closed = tick >= plan.gate.fromTick && tick < plan.gate.untilTick;
    const mostSends = closed ? 0 : plan.sendsPerTick;
    for (let sends = 0; sends < mostSends && inFlight.length < limit; sends += 1) {
      const position = waiting.findIndex((task) => task.backoffLeft === 0);
      if (position < 0) break;
      const [next] = waiting.splice(position, 1);
      let slot = 0;
      while (inFlight.some((flight) => flight.slot === slot)) slot += 1;
      usedSlots.add(slot);
      if (firstTick < 0) firstTick = tick;
      inFlight.push({ row: rows.length, task: next!.task, attempt: next!.attempt, slot, left: plan.tasks[next!.task]!.attempts[next!.attempt]! });
      rows.push({ ordinal: rows.length, taskIndex: next!.task, number: next!.attempt + 1, slot, queueWaitMs: next!.queue * plan.tickMs, rateWaitMs: next!.rate * plan.tickMs, backoffMs: next!.backoff * plan.tickMs, sentMs: tick * plan.tickMs, firstTokenMs: Number.NaN, finishedMs: Number.NaN, outcome: 0, outputTokens: 1 });
    }
    if (firstTick >= 0) countTick(ticks, { limit, inFlight: inFlight.length, usedSlots: usedSlots.size, closed, waiting });
    for (const task of waiting) {
      if (task.backoffLeft > 0) {
        task.backoffLeft -= 1;
        task.backoff += 1;
      } else if (closed) task.rate += 1;
      else task.queue += 1;
    }
    for (let position = inFlight.length - 1; position >= 0; position -= 1) {
      const flight = inFlight[position]!;
      flight.left -= 1;
      if (flight.left > 0) continue;
      inFlight.splice(position, 1);
      lastTick = tick + 1;
      const planned = plan.tasks[flight.task]!;
      const failed = flight.attempt + 1 < planned.attempts.length;
      rows[flight.row] = { ...rows[flight.row]!, finishedMs: lastTick * plan.tickMs, outcome: failed ? ATTEMPT_FAILED + 3 : ATTEMPT_COMPLETED };
      if (failed) waiting.push({ task: flight.task, attempt: flight.attempt + 1, backoffLeft: planned.backoff, backoff: 0, queue: 0, rate: 0 });
    }
  }
  return describe(plan, rows, firstTick, lastTick, ticks);
}

interface Tick {
  readonly limit: number;
  readonly inFlight: number;
  readonly usedSlots: number;
  readonly closed: boolean;
  readonly waiting: readonly Waiting[];
}

function countTick(ticks: { -readonly [K in keyof SlotAccount]: number }, tick: Tick): void {
  const slots = Math.max(tick.limit, tick.inFlight);
  const ready = tick.waiting.filter((task) => task.backoffLeft === 0).length;
  let idle = slots - tick.inFlight;
  ticks.slotMs += slots;
  ticks.serviceMs += tick.inFlight;
  const fresh = Math.min(idle, Math.max(0, slots - tick.usedSlots));
  const sendable = tick.closed ? 0 : Math.min(idle, ready);
  const gap = Math.min(sendable, idle - fresh);
  ticks.dispatchGapMs += gap;
  ticks.rampMs += sendable - gap;
  idle -= sendable;
  const rate = tick.closed ? Math.min(idle, ready) : 0;
  ticks.rateWaitMs += rate;
  idle -= rate;
  const backoff = Math.min(idle, tick.waiting.length - ready);
  ticks.backoffMs += backoff;
  ticks.tailMs += idle - backoff;
}

function describe(plan: Plan, rows: readonly AttemptRow[], firstTick: number, lastTick: number, ticks: SlotAccount): Simulated {
  const slotSteps: SlotStep[] = plan.limits.map(({ atTick, slots }) => ({ atMs: atTick * plan.tickMs, slots }));
  const tasks: TaskRow[] = plan.tasks.map((planned, index) => {
    const own = rows.filter((row) => row.taskIndex === index);
    const last = own.at(-1)!;
    return { index, status: 2, attempts: own.length, failure: 0, startedMs: own[0]!.sentMs, finishedMs: last.finishedMs, serviceMs: planned.attempts.reduce((sum, ticksOf) => sum + ticksOf * plan.tickMs, 0), finalServiceMs: planned.attempts.at(-1)! * plan.tickMs, timeToFirstTokenMs: Number.NaN, inputTokens: 1, outputTokens: 1, flags: 0 };
  });
  const header = runHeader({ total: plan.tasks.length, completed: plan.tasks.length, attempts: rows.length, retries: rows.length - plan.tasks.length, firstSentMs: firstTick * plan.tickMs, lastFinishedMs: lastTick * plan.tickMs, activeMs: lastTick * plan.tickMs, slotSteps });
  const scaled = Object.fromEntries(Object.entries(ticks).map(([name, count]) => [name, count * plan.tickMs])) as unknown as SlotAccount;
  return { run: header, tasks: taskPatchOf(tasks), attempts: attemptPatchOf(rows), wallMs: (lastTick - firstTick) * plan.tickMs, account: scaled };
}

const task = fc.record({ attempts: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 }), backoff: fc.integer({ min: 0, max: 30 }) });
const limitSteps = fc
  .array(fc.record({ atTick: fc.integer({ min: 1, max: 150 }), slots: fc.integer({ min: 0, max: 6 }) }), { maxLength: 5 })
  .map((steps) => steps.toSorted((left, right) => left.atTick - right.atTick));

/** Plans with random live changes of the limit (down to 0, a pause), retries and sends that come late. */
export function plans(options: { readonly gate: boolean }): fc.Arbitrary<Plan> {
  return fc.record({
    tasks: fc.array(task, { minLength: 1, maxLength: 14 }),
    limits: fc.tuple(fc.integer({ min: 1, max: 6 }), limitSteps, fc.integer({ min: 1, max: 6 })).map(([first, steps, last]) => [{ atTick: 0, slots: first }, ...steps, { atTick: 160, slots: last }]),
    gate: options.gate ? fc.record({ fromTick: fc.integer({ min: 1, max: 80 }), length: fc.integer({ min: 0, max: 60 }) }).map(({ fromTick, length }) => ({ fromTick, untilTick: fromTick + length })) : fc.constant({ fromTick: 0, untilTick: 0 }),
    sendsPerTick: fc.integer({ min: 1, max: 6 }),
    tickMs: fc.constantFrom(1, 1 / 3, 100),
  });
}
