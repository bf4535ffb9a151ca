import type { FailureClass, RunStatus, StopReason, TaskFlag } from '../vocabulary.ts';

/** Percentiles by nearest rank; null where there are too few samples (p90 < 10, p95 < 20, p99 < 100; p50 < 1). */
export interface Percentiles {
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** What the integral of slots over time went to, in slot-ms; the parts add up to `slotMs`. */
export interface SlotAccount {
  readonly slotMs: number;
  readonly serviceMs: number;
  readonly dispatchGapMs: number;
  readonly rampMs: number;
  readonly rateWaitMs: number;
  readonly backoffMs: number;
  readonly tailMs: number;
}

/** The summary of a run; field names are the terminal contract's. */
export interface RunSummary {
  readonly runId: string;
  readonly batch: string;
  readonly status: RunStatus;
  readonly stopReason: StopReason | null;
  readonly provider: string;
  readonly model: string;
  readonly simulated: boolean;
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Not finished yet, in flight ones included: the four add up to total. */
  readonly queued: number;
  readonly attempts: number;
  readonly retries: number;
  readonly wallMs: number;
  readonly sumServiceMs: number;
  /** Mean service time of a task that was sent, ms; null when none was. */
  readonly meanServiceMs: number | null;
  readonly peakInFlight: number;
  /** Time mean of max(effective limit, in flight). */
  readonly concurrency: number;
  /** Sum of service times / wall; null when nothing was sent. Overstates where the server slows down under load. */
  readonly speedupEstimated: number | null;
  readonly theoreticalMax: number;
  readonly slotUtilisationFraction: number | null;
  readonly lowerBoundMs: number;
  readonly efficiencyVsLowerBound: number | null;
  readonly latencyMs: Percentiles;
  readonly timeToFirstTokenMs: Percentiles;
  readonly tokens: { readonly input: number; readonly output: number };
  /** null = unknown, never 0 for unknown. */
  readonly costUsd: number | null;
  readonly failuresByClass: Partial<Record<FailureClass, number>>;
  /** Tasks by flag, 0 where none has it. */
  readonly flagged: Readonly<Record<TaskFlag, number>>;
  readonly account: SlotAccount;
  /** Wall clock, ISO 8601 UTC. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}
