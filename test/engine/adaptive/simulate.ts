import type { RateLimitInfo } from '../../../electron/executors/executor.ts';
import { createRandom, logNormal } from '../../../shared/random/random.ts';
import { createHeap } from './heap.ts';
import { createSimulatedServer, type ServerBehaviour } from './simulated-server.ts';

/** What decides when the next task leaves: the adaptive limit, or what it is compared with. */
export interface Flow<Attempt> {
  canSend(nowMs: number, inFlight: number, estimatedTokens: number): { readonly ok: boolean; readonly untilMs?: number | null };
  sent(nowMs: number, inFlight: number, estimatedTokens: number): Attempt;
  succeeded(attempt: Attempt, end: { readonly nowMs: number; readonly inFlight: number; readonly rateLimit: RateLimitInfo | null; readonly usedTokens: number }): void;
  refused(attempt: Attempt, end: { readonly nowMs: number; readonly inFlight: number; readonly rateLimit: RateLimitInfo | null; readonly retryAfterMs: number | null }): void;
  tick(nowMs: number, inFlight: number): void;
}

export interface SimulationOptions {
  readonly behaviourAt: (nowMs: number) => ServerBehaviour;
  readonly seed: number;
  readonly durationMs?: number;
  /** Standard deviation of the logarithm of estimated / true tokens. */
  readonly estimateSigma?: number;
  /** Called every 250 ms. */
  readonly watch?: (nowMs: number, inFlight: number) => void;
}

export interface SimulationResult {
  readonly completed: number;
  readonly sent: number;
  readonly refused: number;
  /** Completed per second. */
  readonly goodput: number;
  /** Refused / sent. */
  readonly refusedFraction: number;
  readonly peakInFlight: number;
}

export const SIMULATED_MS = 600_000;
const ROUND_TRIP_MS = 60;
const TICK_MS = 250;
/** A limit that has none would never end. */
const IN_FLIGHT_MAX = 2000;
const MEDIAN_TOKENS = 800;
const TOKENS_SIGMA = 0.5;

interface Task {
  readonly tokens: number;
  readonly estimatedTokens: number;
}

/**
 * Runs tasks without end against a server, in virtual time. A task that is refused gives its slot back and goes to the
 * head of the queue.
 */
export function simulate<Attempt>(flow: Flow<Attempt>, { behaviourAt, seed, durationMs = SIMULATED_MS, estimateSigma = 0, watch }: SimulationOptions): SimulationResult {
  const random = createRandom(seed);
  const server = createSimulatedServer(behaviourAt, createRandom(seed + 1));
  const events = createHeap<() => void>();
  const refusedTasks: Task[] = [];
  let nextTask: Task | null = null;
  let nowMs = 0;
  let inFlight = 0;
  let wakeMs = Infinity;
  let completed = 0;
  let sent = 0;
  let refused = 0;
  let peakInFlight = 0;

  const newTask = (): Task => {
    const tokens = Math.round(logNormal(random, MEDIAN_TOKENS, TOKENS_SIGMA));
    return { tokens, estimatedTokens: Math.round(logNormal(random, tokens, estimateSigma)) };
  };
  const send = (task: Task): void => {
    inFlight += 1;
    sent += 1;
    peakInFlight = Math.max(peakInFlight, inFlight);
    if (inFlight > IN_FLIGHT_MAX) throw new Error(`expected at most ${IN_FLIGHT_MAX} in flight, whatever is simulated, came ${inFlight}`);
    const attempt = flow.sent(nowMs, inFlight, task.estimatedTokens);
    events.push(nowMs + ROUND_TRIP_MS / 2, () => {
      const admission = server.admit(nowMs, task.tokens, () => {
        events.push(nowMs + ROUND_TRIP_MS / 2, () => {
          completed += 1;
          flow.succeeded(attempt, { nowMs, inFlight, rateLimit: admission.rateLimit, usedTokens: task.tokens });
          inFlight -= 1;
        });
      });
      if (admission.ok) return;
      events.push(nowMs + ROUND_TRIP_MS / 2, () => {
        refused += 1;
        refusedTasks.push(task);
        flow.refused(attempt, { nowMs, inFlight, rateLimit: admission.rateLimit, retryAfterMs: admission.retryAfterMs });
        inFlight -= 1;
      });
    });
  };
  const sendAll = (): void => {
    for (;;) {
      const task = refusedTasks[0] ?? (nextTask ??= newTask());
      const verdict = flow.canSend(nowMs, inFlight, task.estimatedTokens);
      if (!verdict.ok) {
        const untilMs = verdict.untilMs ?? Infinity;
        if (untilMs < Infinity && !(wakeMs > nowMs && wakeMs <= untilMs)) {
          wakeMs = Math.max(untilMs, nowMs + 1e-3);
          events.push(wakeMs, () => undefined);
        }
        return;
      }
      if (refusedTasks.length > 0) refusedTasks.shift();
      else nextTask = null;
      send(task);
    }
  };
  const tick = (): void => {
    flow.tick(nowMs, inFlight);
    watch?.(nowMs, inFlight);
    events.push(nowMs + TICK_MS, tick);
  };
  events.push(TICK_MS, tick);
  sendAll();
  for (;;) {
    const finishMs = server.nextFinishMs();
    nowMs = Math.min(finishMs, events.leastKey());
    if (nowMs > durationMs) break;
    if (finishMs <= nowMs) server.finishNext();
    else events.pop()();
    sendAll();
  }
  return { completed, sent, refused, goodput: (completed * 1000) / durationMs, refusedFraction: refused / Math.max(1, sent), peakInFlight };
}
