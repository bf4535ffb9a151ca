import { attemptPatchOf, taskPatchOf, type AttemptPatch, type AttemptRow, type TaskPatch, type TaskRow } from '../../shared/contract/columns.ts';
import type { AppEvent, EventBatch } from '../../shared/contract/events.ts';
import { coalesce } from '../../shared/run-state/coalesce.ts';
import type { RunHeader } from '../../shared/vocabulary.ts';

/** Fewer than 20 messages a second to each screen, whatever the rate of events. */
const FLUSH_DELAY_MS = 60;

interface Pending {
  readonly tasks: Map<number, TaskRow>;
  readonly attempts: Map<number, AttemptRow>;
  replaced: boolean;
  headerChanged: boolean;
}

export interface EventHubSources {
  /** Whether the run is still there: it may have been removed since it was spoken of. */
  exists(runId: string): boolean;
  header(runId: string): RunHeader;
  columns(runId: string): { readonly tasks: TaskPatch; readonly attempts: AttemptPatch };
  /**
   * Told once of each run that can't be read, such as one on a damaged page of the store; what was to be said of it is
   * dropped.
   */
  unreadable(runId: string, error: unknown): void;
}

/**
 * Gathers what the engine tells and sends it on in batches: the latest row of each task and attempt, as columns. Rows
 * are absolute, so leaving out the ones between loses nothing.
 */
export interface EventHub {
  runChanged(runId: string): void;
  taskChanged(runId: string, row: TaskRow): void;
  attemptChanged(runId: string, row: AttemptRow): void;
  tasksReplaced(runId: string): void;
  /** Sent on only while someone watches the task. */
  answerExtended(runId: string, index: number, attempt: number, offset: number, text: string): void;
  /** Any other event; joins the next batch. */
  push(event: AppEvent): void;
  /** Names the tasks whose answers a watcher wants to see grow, in place of those it named before. */
  watch(watcher: string, runId: string, indices: readonly number[]): void;
  subscribe(listener: (batch: EventBatch) => void): () => void;
  /** Sends what is gathered, and gives the number of the last batch. */
  flush(): number;
  close(): void;
}

export function createEventHub(sources: EventHubSources): EventHub {
  const listeners = new Set<(batch: EventBatch) => void>();
  const pending = new Map<string, Pending>();
  const watchers = new Map<string, { readonly runId: string; readonly indices: ReadonlySet<number> }>();
  const unreadable = new Set<string>();
  let others: AppEvent[] = [];
  let seq = 0;
  let timer: NodeJS.Timeout | null = null;

  const plan = (): void => {
    timer ??= setTimeout(flush, FLUSH_DELAY_MS);
  };
  const of = (runId: string): Pending => {
    let entry = pending.get(runId);
    if (!entry) {
      entry = { tasks: new Map(), attempts: new Map(), replaced: false, headerChanged: false };
      pending.set(runId, entry);
    }
    plan();
    return entry;
  };
  const eventsOf = (runId: string, entry: Pending): AppEvent[] => {
    if (!sources.exists(runId)) return [];
    const events: AppEvent[] = [];
    if (entry.headerChanged) events.push({ type: 'run.changed', run: sources.header(runId) });
    if (entry.replaced) {
      const { tasks, attempts } = sources.columns(runId);
      events.push({ type: 'tasks.changed', runId, tasks }, { type: 'attempts.changed', runId, attempts });
      return events;
    }
    if (entry.tasks.size > 0) events.push({ type: 'tasks.changed', runId, tasks: taskPatchOf([...entry.tasks.values()]) });
    if (entry.attempts.size > 0) events.push({ type: 'attempts.changed', runId, attempts: attemptPatchOf([...entry.attempts.values()]) });
    return events;
  };
  /** A run that can't be read must harm neither the others nor, from a timer, the whole program. */
  const readableEventsOf = ([runId, entry]: readonly [string, Pending]): readonly AppEvent[] => {
    try {
      return eventsOf(runId, entry);
    } catch (error) {
      if (!unreadable.has(runId)) {
        unreadable.add(runId);
        sources.unreadable(runId, error);
      }
      return [];
    }
  };
  const flush = (): number => {
    if (timer) clearTimeout(timer);
    timer = null;
    const entries = [...pending];
    const said = others;
    pending.clear();
    others = [];
    // Lists come first: the runs' own headers, read just now, are newer than those in a list made earlier.
    const events = [...coalesce(said), ...entries.flatMap(readableEventsOf)];
    if (events.length === 0) return seq;
    seq += 1;
    for (const listener of listeners) tell(listener, { seq, events });
    return seq;
  };

  return {
    runChanged(runId) {
      of(runId).headerChanged = true;
    },
    taskChanged(runId, row) {
      of(runId).tasks.set(row.index, row);
    },
    attemptChanged(runId, row) {
      of(runId).attempts.set(row.ordinal, row);
    },
    tasksReplaced(runId) {
      of(runId).replaced = true;
    },
    answerExtended(runId, index, attempt, offset, text) {
      for (const watched of watchers.values()) {
        if (watched.runId !== runId || !watched.indices.has(index)) continue;
        others.push({ type: 'answer.extended', runId, index, attempt, offset, text });
        plan();
        return;
      }
    },
    push(event) {
      others.push(event);
      plan();
    },
    watch(watcher, runId, indices) {
      if (indices.length === 0) watchers.delete(watcher);
      else watchers.set(watcher, { runId, indices: new Set(indices) });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    flush,
    close() {
      flush();
      listeners.clear();
    },
  };
}

function tell(listener: (batch: EventBatch) => void, batch: EventBatch): void {
  try {
    listener(batch);
  } catch (error) {
    // A screen that fails must not take the run down with it.
    warn(error);
  }
}

/** Reported once the run's work is done. */
function warn(error: unknown): void {
  queueMicrotask(() => {
    process.emitWarning(error instanceof Error ? error : String(error), 'TasklaneListenerWarning');
  });
}
