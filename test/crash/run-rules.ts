import type { RunSummary } from '../../shared/contract/summary.ts';
import type { Life } from './life.ts';
import type { RunCounters, RunRecord, TaskRecord } from './records.ts';
import { COMPLETED, FAILED, interruptionsOf, RUNNING, type Violation } from './rules.ts';

/** What is wrong with a run as a whole: its header, and how many tasks were shown as done. Pure. */
export function judgeRun(now: RunRecord, before: RunRecord | null, shown: { readonly completed: number; readonly failed: number }): readonly Violation[] {
  const found: Violation[] = [];
  const rows = countersOf(now.tasks);
  if (shown.completed > rows.completed) found.push({ rule: 'G1', text: `${shown.completed} tasks were shown as completed, the store has ${rows.completed}` });
  if (shown.failed > rows.failed) found.push({ rule: 'G1', text: `${shown.failed} tasks were shown as failed, the store has ${rows.failed}` });
  if (isOn(now)) return found;
  for (const name of Object.keys(rows) as (keyof RunCounters)[]) {
    if (now.counters[name] !== rows[name]) found.push({ rule: 'store', text: `its header says ${now.counters[name]} ${name}, its rows ${rows[name]}` });
  }
  const ended = rows.completed + rows.failed;
  if (ended > now.total || (now.status === 'completed' && ended < now.total)) found.push({ rule: 'store', text: `is ${now.status}, but ${ended} of its ${now.total} tasks have ended` });
  const left = now.tasks.filter(({ status }) => status === RUNNING).length;
  if (left > 0) found.push({ rule: 'store', text: `is ${now.status}, but ${left} tasks are running` });
  if (before && isOn(before) && now.status === 'paused' && now.stopReason === 'interrupted') found.push(...judgeInterruption(now, before));
  return found;
}

/** Recovery has to say how many tasks it found in flight, and how many of them it parked. */
function judgeInterruption(now: RunRecord, before: RunRecord): readonly Violation[] {
  // Between the two the run may have been on once more: then its attempts have grown.
  if (countersOf(now.tasks).attempts !== countersOf(before.tasks).attempts) return [];
  const inFlight = before.tasks.filter(({ status }) => status === RUNNING);
  const parked = inFlight.filter((task) => interruptionsOf(task) > 0).length;
  if (now.interruption?.inFlight === inFlight.length && now.interruption.parked === parked) return [];
  return [{ rule: 'G4', text: `${inFlight.length} tasks were in flight and ${parked} of them had to be parked, the run says ${JSON.stringify(now.interruption)}` }];
}

/** A life that ends by itself must have finished the run, and say so. */
export function judgeEnd(life: Life, run: RunRecord): readonly Violation[] {
  const { completed, failed } = countersOf(run.tasks);
  const expectedCode = completed === run.total ? 0 : 1;
  const said = summaryOf(life.stdout);
  const isRight = life.exitCode === expectedCode && run.status === 'completed' && completed + failed === run.total && said?.status === 'completed' && said.completed === completed && said.failed === failed;
  if (isRight) return [];
  return [{ rule: 'store', text: `it ended by itself with exit code ${life.exitCode ?? life.signal}, ${run.status}, ${completed} completed and ${failed} failed of ${run.total}; it printed ${life.stdout.slice(0, 300)} and ${life.stderr.slice(-600)}` }];
}

export function isOn({ status }: RunRecord): boolean {
  return status === 'running' || status === 'pausing';
}

function countersOf(tasks: readonly TaskRecord[]): RunCounters {
  const attempts = tasks.flatMap(({ history }) => history);
  return {
    completed: tasks.filter(({ status }) => status === COMPLETED).length,
    failed: tasks.filter(({ status }) => status === FAILED).length,
    cancelled: 0,
    attempts: attempts.length,
    retries: attempts.filter(({ number }) => number > 1).length,
    inputTokens: attempts.reduce((sum, attempt) => sum + attempt.inputTokens, 0),
    outputTokens: attempts.reduce((sum, attempt) => sum + attempt.outputTokens, 0),
  };
}

function summaryOf(stdout: string): RunSummary | null {
  return stdout.trim() === '' ? null : (JSON.parse(stdout) as RunSummary);
}
