import type { BatchListItem } from '../../shared/contract/commands.ts';
import type { AppEvent, EventBatch } from '../../shared/contract/events.ts';
import { assertNever } from '../../shared/errors.ts';
import { extendAnswer } from '../../shared/run-state/live-answer.ts';
import { applyBatch } from '../../shared/run-state/run-state.ts';
import type { ClockGap, RunHeader } from '../../shared/vocabulary.ts';
import type { AppState } from './state.ts';

type Shown = Pick<AppState, 'batches' | 'batchId' | 'detail' | 'runState' | 'providers' | 'defaultProviderId' | 'liveAnswer' | 'taskIndex'>;

export interface AppliedEvents {
  /** Only what changed. */
  readonly state: Partial<AppState>;
  /** A run of the batch on screen that is newer than the one shown, or null. */
  readonly newRunId: string | null;
  /** Text of the watched answer is missing, so it has to be asked for again. */
  readonly answerGap: boolean;
  /** Stretches in which time did not pass as usual, to be told to the user. */
  readonly gaps: readonly ClockGap[];
}

function withHeader(batches: readonly BatchListItem[], run: RunHeader): readonly BatchListItem[] {
  return batches.map((batch) => {
    if (batch.batchId !== run.batchId) return batch;
    const latest = batch.latestRun;
    return latest === null || latest.runId === run.runId || latest.createdAt <= run.createdAt ? { ...batch, latestRun: run } : batch;
  });
}

function withRun(runs: readonly RunHeader[], run: RunHeader): readonly RunHeader[] {
  const position = runs.findIndex((known) => known.runId === run.runId);
  return position === -1 ? [run, ...runs] : runs.with(position, run);
}

/** The state after these batches. Events of the open run up to `runSeq` are left out: its snapshot holds them. */
export function applyEvents(before: Shown, batches: readonly EventBatch[], runSeq: number): AppliedEvents {
  let state: Partial<AppState> = {};
  let newRunId: string | null = null;
  let answerGap = false;
  const gaps: ClockGap[] = [];
  const runEvents: AppEvent[] = [];
  for (const batch of batches) {
    for (const event of batch.events) {
      switch (event.type) {
        case 'batches.changed':
          state = { ...state, batches: event.batches };
          break;
        case 'providers.changed':
          state = { ...state, providers: event.providers, defaultProviderId: event.defaultProviderId };
          break;
        case 'run.changed': {
          const detail = state.detail ?? before.detail;
          state = { ...state, batches: withHeader(state.batches ?? before.batches, event.run) };
          if (detail?.batchId === event.run.batchId) {
            if (!detail.runs.some((known) => known.runId === event.run.runId)) newRunId = event.run.runId;
            state = { ...state, detail: { ...detail, runs: withRun(detail.runs, event.run) } };
          }
          if (event.run.runId === before.runState?.run.runId && batch.seq > runSeq) runEvents.push(event);
          break;
        }
        case 'tasks.changed':
        case 'attempts.changed':
          if (event.runId === before.runState?.run.runId && batch.seq > runSeq) runEvents.push(event);
          break;
        case 'answer.extended': {
          if (event.runId !== before.runState?.run.runId || event.index !== before.taskIndex) break;
          const live = state.liveAnswer === undefined ? before.liveAnswer : state.liveAnswer;
          const liveAnswer = extendAnswer(live, event);
          answerGap = liveAnswer === null;
          state = { ...state, liveAnswer };
          break;
        }
        case 'settings.changed':
          state = { ...state, settings: event.settings };
          break;
        case 'writer.changed':
          state = { ...state, writer: event.writer };
          break;
        case 'gap.recognised':
          gaps.push(event.gap);
          break;
        default:
          assertNever(event);
      }
    }
  }
  if (runEvents.length > 0 && before.runState !== null) state = { ...state, runState: applyBatch(before.runState, runEvents) };
  return { state, newRunId, answerGap, gaps };
}
