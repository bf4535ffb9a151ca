import type { RunSnapshot } from '../../shared/contract/commands.ts';
import { createRandom, hashText } from '../../shared/random/random.ts';
import type { ProjectionPoint } from '../../shared/timing/projection.ts';
import { runProjection } from '../../shared/timing/run-projection.ts';
import type { Slowdown } from '../../shared/timing/slowdown.ts';

/** The result of `project --json`. */
export interface RunProjection {
  readonly runId: string;
  readonly batch: string;
  readonly simulated: boolean;
  /** Tasks that were sent and have ended. */
  readonly taskCount: number;
  /** Most tasks in flight that the projection rests on. */
  readonly observedConcurrency: number;
  /** How the server slows down under load; null where these runs cannot tell. */
  readonly slowdown: Slowdown | null;
  readonly projection: readonly ProjectionPoint[];
}

/**
 * What other concurrencies would have given this run.
 * @param siblings other runs of the same tasks with the same model and provider. May be empty.
 */
export function projectionOf({ run, tasks, attempts }: RunSnapshot, siblings: readonly RunSnapshot[], concurrencies: readonly number[]): RunProjection {
  const { points, slowdown, observedConcurrency, taskCount } = runProjection(run, tasks, attempts, concurrencies, createRandom(hashText(run.runId)), siblings);
  return { runId: run.runId, batch: run.batchName, simulated: run.settings.simulated, taskCount, observedConcurrency, slowdown, projection: points };
}
