import { TasklaneError } from '../../shared/errors.ts';
import { formatCount, formatCounted } from '../../shared/format/format.ts';
import { failureLabel, stopReasonSentence } from '../../shared/format/stop-reason.ts';
import type { RunSummary } from '../../shared/contract/summary.ts';
import type { MeasuredRun } from '../../shared/timing/measure.ts';
import { FAILURE_CLASSES, type RunHeader } from '../../shared/vocabulary.ts';
import type { Tasklane } from '../api/types.ts';
import { CommandFailure, EXIT, exitCodeOfRun } from './exit-code.ts';
import { followRun, type Followed, type FollowOptions } from './follow.ts';
import { Interrupted } from './interrupts.ts';
import type { PreparedTasks } from './settings.ts';

export interface Measurement {
  /** Requests that are sent before measuring begins. */
  readonly warmUpCount: number;
  /** One round of unmeasured requests, as many as the widest arm has in flight: connections, caches, a cold model. */
  warmUp(): Promise<void>;
  /** Runs the tasks once. Throws CommandFailure when a task failed, which makes the whole measurement invalid. */
  runArm(concurrency: number, announce: (run: RunHeader) => string): Promise<MeasuredRun>;
  /** Measured runs so far, in their order. */
  runIds(): readonly string[];
}

/** Runs of the same tasks, each a real run in the store. */
export async function createMeasurement(tasklane: Tasklane, tasks: PreparedTasks, arms: readonly number[], { io, interrupts }: Pick<FollowOptions, 'io' | 'interrupts'>): Promise<Measurement> {
  const batchId = await interrupts.orInterrupted(tasks.createBatch(`${tasks.name} (measurement)`));
  const warmUpCount = Math.min(tasks.selectedCount, Math.max(...arms));
  const runIds: string[] = [];

  const runOnce = async (batch: string, concurrency: number, limit: number, announce: (run: RunHeader) => string): Promise<RunSummary> => {
    if (interrupts.count > 0) throw new Interrupted();
    const followed = await followRun(tasklane, () => tasklane.startRun(batch, { ...tasks.settings, concurrency }, limit), { io, interrupts, announce, onInterrupt: { kind: 'cancel' } });
    requireCompleted(followed, interrupts.count > 0);
    const { runId, retries } = followed.summary;
    if (retries > 0) io.stderr(`Run ${runId} needed ${formatCounted(retries, 'retry', 'retries')}; its time includes them.\n`);
    return followed.summary;
  };

  return {
    warmUpCount,
    async warmUp() {
      // A batch of its own: a run of the first tasks would otherwise be taken for a trial, and the next run go on from it.
      const warmUpBatch = await interrupts.orInterrupted(tasks.createBatch(`${tasks.name} (warm-up)`));
      await runOnce(warmUpBatch, warmUpCount, warmUpCount, (run) => `Warming up with ${formatCounted(run.total, 'task')} (run ${run.runId})`);
    },
    async runArm(concurrency, announce) {
      const { runId, wallMs, peakInFlight, account } = await runOnce(batchId, concurrency, tasks.selectedCount, announce);
      runIds.push(runId);
      const { tasks: columns } = await tasklane.call('run.snapshot', { runId });
      const byPosition = [...columns.index.keys()].sort((left, right) => (columns.index[left] ?? 0) - (columns.index[right] ?? 0));
      return { wallMs, peakInFlight, account, durationsMs: byPosition.map((row) => columns.serviceMs[row] ?? 0) };
    },
    runIds: () => runIds,
  };
}

function requireCompleted({ summary, stopMessage }: Followed, interrupted: boolean): void {
  if (interrupted) throw new CommandFailure(EXIT.interrupted, new TasklaneError('run_state', 'Interrupted: the measurement is not complete, so there is no result.', `The runs so far are kept; see \`tasklane show ${summary.runId}\`.`));
  if (summary.completed === summary.total) return;
  const exitCode = exitCodeOfRun(summary);
  const why = summary.stopReason === null ? failuresText(summary) : (stopMessage ?? stopReasonSentence(summary.stopReason));
  throw new CommandFailure(
    exitCode === EXIT.interrupted ? EXIT.tasksFailed : exitCode,
    new TasklaneError('run_state', `The measurement is invalid: in run ${summary.runId} only ${formatCount(summary.completed)} of ${formatCounted(summary.total, 'task')} completed. ${why}`, `Look at it with \`tasklane show ${summary.runId}\`, mend the cause and measure again.`),
  );
}

function failuresText({ failuresByClass }: RunSummary): string {
  return FAILURE_CLASSES.flatMap((failureClass) => {
    const count = failuresByClass[failureClass] ?? 0;
    return count > 0 ? [`${failureLabel(failureClass)}: ${formatCount(count)}.`] : [];
  }).join(' ');
}
