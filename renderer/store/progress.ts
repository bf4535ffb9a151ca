import type { RunState } from '../../shared/run-state/run-state.ts';
import { attemptColumns, taskColumns } from '../../shared/run-state/run-state.ts';
import type { Interval } from '../../shared/timing/interval.ts';
import { runEta } from '../../shared/timing/run-eta.ts';
import { startTokenRate, updateTokenRate } from '../../shared/timing/tokens-rate.ts';
import type { TokenRate } from '../../shared/timing/tokens-rate.ts';
import { isLive } from './run-text.ts';

/** What a run yields and how long it will take, as far as the screen has followed it. */
export interface Progress {
  readonly runId: string;
  readonly tokenRate: TokenRate;
  /** Time left, ms; null while it can't be said. */
  readonly eta: Interval | null;
  /** When and for what limit the time left was worked out, on the screen's clock. */
  readonly etaAtMs: number;
  readonly etaSlots: number;
  readonly wasLive: boolean;
}

/** Working out the time left reads every row: often enough to follow, seldom enough to stay cheap. */
const ETA_EVERY_MS = 1000;
const ETA_EVERY_MS_LARGE = 4000;
const LARGE_RUN = 20_000;

function withEta(progress: Progress, state: RunState, nowMs: number): Progress {
  const eta = runEta(state.run, taskColumns(state), attemptColumns(state), state.run.activeMs);
  return { ...progress, eta, etaAtMs: nowMs, etaSlots: state.run.effectiveConcurrency, wasLive: isLive(state.run) };
}

/** The progress after a state of a run, at `nowMs` of the screen's monotonic clock; another run begins anew. */
export function followProgress(before: Progress | null, state: RunState, nowMs: number): Progress {
  const { run } = state;
  if (before === null || before.runId !== run.runId) return withEta({ runId: run.runId, tokenRate: startTokenRate(nowMs, run.outputTokens), eta: null, etaAtMs: nowMs, etaSlots: 0, wasLive: false }, state, nowMs);
  // What stood still is not stalled: the silence before a resume or a retry says nothing.
  const tokenRate = before.wasLive ? updateTokenRate(before.tokenRate, nowMs, run.outputTokens) : startTokenRate(nowMs, run.outputTokens);
  const progress = { ...before, tokenRate, wasLive: isLive(run) };
  const everyMs = run.total > LARGE_RUN ? ETA_EVERY_MS_LARGE : ETA_EVERY_MS;
  const due = nowMs - before.etaAtMs >= everyMs || run.effectiveConcurrency !== before.etaSlots || run.status !== 'running';
  return due ? withEta(progress, state, nowMs) : progress;
}
