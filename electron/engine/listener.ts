import type { AttemptRow, TaskRow } from '../../shared/contract/columns.ts';
import type { ClockGap } from '../../shared/vocabulary.ts';

/** What the engine tells, of facts that are committed. It knows no host; whoever listens can't harm a run. */
export interface EngineListener {
  /** The header may have changed; `Engine.header` gives it. */
  runChanged(runId: string): void;
  taskChanged(runId: string, row: TaskRow): void;
  attemptChanged(runId: string, row: AttemptRow): void;
  /** Many tasks changed at once: read them from the store. */
  tasksReplaced(runId: string): void;
  answerExtended(runId: string, index: number, attempt: number, offset: number, text: string): void;
  /** Time did not pass as usual while a run was on. */
  gapRecognised(gap: ClockGap): void;
}
