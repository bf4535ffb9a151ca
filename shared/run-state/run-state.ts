import type { AttemptPatch, TaskPatch } from '../contract/columns.ts';
import type { RunSnapshot } from '../contract/commands.ts';
import type { AppEvent } from '../contract/events.ts';
import type { RunHeader, TaskStatus } from '../vocabulary.ts';
import { assertNever } from '../errors.ts';
import { TASK_STATUSES } from '../vocabulary.ts';
import { ATTEMPT_LAYOUT, firstRows, rowsNeeded, TASK_LAYOUT, untouchedRows, withLength, writeRows } from './columns-of-rows.ts';

/**
 * One run as a screen or terminal holds it, built from plain events.
 *
 * Ownership: events write the typed arrays in place, so an older state shows newer rows, and nobody else may write them
 * or keep them for later comparison. What changes with the content is the identity of the RunState, of `tasks` or
 * `attempts` (new wrappers round the same memory), and the version numbers: compare those.
 */
export interface RunState {
  readonly run: RunHeader;
  /** One row a task, by position; rows that no event named are queued. At least `run.total` long. */
  readonly tasks: TaskPatch;
  /** One row an attempt, by ordinal; longer than what it holds: only the first `attemptCount` rows count. */
  readonly attempts: AttemptPatch;
  readonly attemptCount: number;
  /** Grow by one with every event that changed the rows. */
  readonly tasksVersion: number;
  readonly attemptsVersion: number;
}

const FIRST_ATTEMPTS = 256;

/** The state of a run of which nothing but the header is known: all tasks queued, no attempts. */
export function createRunState(run: RunHeader): RunState {
  return {
    run,
    tasks: untouchedRows(TASK_LAYOUT, run.total),
    attempts: untouchedRows(ATTEMPT_LAYOUT, FIRST_ATTEMPTS),
    attemptCount: 0,
    tasksVersion: 0,
    attemptsVersion: 0,
  };
}

/** The state that a snapshot describes; the snapshot's arrays are copied. */
export function runStateOf(snapshot: RunSnapshot): RunState {
  return withAttempts(withTasks(createRunState(snapshot.run), snapshot.tasks), snapshot.attempts);
}

function withRun(state: RunState, run: RunHeader): RunState {
  if (run.total <= state.tasks.index.length) return { ...state, run };
  return { ...state, run, tasks: withLength(TASK_LAYOUT, state.tasks, run.total), tasksVersion: state.tasksVersion + 1 };
}

function withTasks(state: RunState, patch: TaskPatch): RunState {
  const needed = rowsNeeded(TASK_LAYOUT, patch);
  if (needed === 0) return state;
  // Rows may arrive before the header that announces them: the two travel in any order within a batch.
  const tasks = needed > state.tasks.index.length ? withLength(TASK_LAYOUT, state.tasks, needed) : { ...state.tasks };
  writeRows(TASK_LAYOUT, tasks, patch);
  return { ...state, tasks, tasksVersion: state.tasksVersion + 1 };
}

function withAttempts(state: RunState, patch: AttemptPatch): RunState {
  const needed = rowsNeeded(ATTEMPT_LAYOUT, patch);
  if (needed === 0) return state;
  const capacity = state.attempts.ordinal.length;
  const attempts = needed > capacity ? withLength(ATTEMPT_LAYOUT, state.attempts, Math.max(needed, capacity * 2)) : { ...state.attempts };
  writeRows(ATTEMPT_LAYOUT, attempts, patch);
  return { ...state, attempts, attemptCount: Math.max(state.attemptCount, needed), attemptsVersion: state.attemptsVersion + 1 };
}

/** The state after one event; the same object when the event is about another run or not about rows and header. */
export function applyEvent(state: RunState, event: AppEvent): RunState {
  switch (event.type) {
    case 'run.changed':
      return event.run.runId === state.run.runId ? withRun(state, event.run) : state;
    case 'tasks.changed':
      return event.runId === state.run.runId ? withTasks(state, event.tasks) : state;
    case 'attempts.changed':
      return event.runId === state.run.runId ? withAttempts(state, event.attempts) : state;
    case 'answer.extended':
    case 'gap.recognised':
    case 'settings.changed':
    case 'writer.changed':
    case 'batches.changed':
    case 'providers.changed':
      return state;
    default:
      return assertNever(event);
  }
}

/** The state after several events, in order. How events are grouped makes no difference but to the version numbers. */
export function applyBatch(state: RunState, events: readonly AppEvent[]): RunState {
  return events.reduce(applyEvent, state);
}

/** The rows of the run's tasks for the timing functions, sharing the state's memory. */
export function taskColumns(state: RunState): TaskPatch {
  return state.tasks.index.length === state.run.total ? state.tasks : firstRows(TASK_LAYOUT, state.tasks, state.run.total);
}

/** The rows of the attempts made so far for the timing functions, sharing the state's memory. Rows whose `number` is 0 were never named. */
export function attemptColumns(state: RunState): AttemptPatch {
  return firstRows(ATTEMPT_LAYOUT, state.attempts, state.attemptCount);
}

/** How many of the run's tasks are in each status, counted from the rows; they add up to `run.total`. */
export function countsOf(state: RunState): Readonly<Record<TaskStatus, number>> {
  const counts = TASK_STATUSES.map(() => 0);
  const { status } = taskColumns(state);
  for (const position of status) counts[position] = (counts[position] ?? 0) + 1;
  const [queued = 0, running = 0, completed = 0, failed = 0, cancelled = 0] = counts;
  return { queued, running, completed, failed, cancelled };
}
