import type { AppSnapshot } from '../../shared/contract/commands.ts';
import { TasklaneError } from '../../shared/errors.ts';
import type { RunHeader } from '../../shared/vocabulary.ts';
import type { Store } from '../store/open.ts';
import { isStoreError } from '../store/store-error.ts';
import { currentWriter } from '../store/writer-lock.ts';
import type { EventHub } from './event-hub.ts';

/** How often a reader looks whether anything was committed. */
const LOOK_MS = 1000;
/** A run's rows are read and sent whole, so not more often than this. */
const ROWS_MS = 2000;
/** Reading the rows of a long run takes at most this part of the time. */
const ROWS_SHARE = 1 / 20;

export interface FollowedParts {
  readonly dataDir: string;
  readonly store: Store;
  readonly hub: EventHub;
  /** What of it changed is told as well. */
  readonly snapshot: () => Promise<AppSnapshot>;
}

/** For a program that only reads: makes events of what another one commits to the store. */
export interface WriterFollower {
  /** The program that writes now; null when there is none any more. */
  writer(): string | null;
  /**
   * The stored header, with counts from the rows while the run is on. One that a program left on when it ended is shown
   * as the next writer will find it: interrupted. Throws `run_not_found`.
   */
  header(runId: string): RunHeader;
  /** Someone has the run on screen: from now on its rows are followed too. */
  show(runId: string): void;
  close(): void;
}

interface ShownRows {
  /** Something was committed since they were read. */
  stale: boolean;
  /** Not read again before this, ms of performance.now. */
  dueMs: number;
}

/** Begins to follow; the first look is a moment away. */
export function followWriter({ dataDir, store, hub, snapshot }: FollowedParts): WriterFollower {
  let writer = currentWriter(dataDir);
  let version = store.dataVersion();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  const told = new Map<string, string>();
  const shown = new Map<string, ShownRows>();

  const complete = (stored: RunHeader): RunHeader => {
    if (!isOn(stored)) return stored;
    if (writer === null) return { ...stored, status: 'paused', stopReason: 'interrupted', stopMessage: 'The Tasklane that ran it has ended.' };
    const { running, completed, failed, cancelled } = store.runTasks.counts(stored.runId);
    return { ...stored, running, completed, failed, cancelled, queued: Math.max(0, stored.total - running - completed - failed - cancelled) };
  };
  /** What is told of one kind; true when it is another than before. */
  const isNew = (subject: string, value: unknown): boolean => {
    const text = JSON.stringify(value);
    if (told.get(subject) === text) return false;
    told.set(subject, text);
    return true;
  };
  const tellLists = ({ batches, providers, defaultProviderId, settings }: AppSnapshot): void => {
    // Headers travel on their own; a list is sent for what only it tells.
    if (isNew('batches', batches.map(({ latestRun, ...batch }) => ({ ...batch, latest: latestRun?.runId })))) hub.push({ type: 'batches.changed', batches });
    if (isNew('providers', [providers, defaultProviderId])) hub.push({ type: 'providers.changed', providers, defaultProviderId });
    if (isNew('settings', settings)) hub.push({ type: 'settings.changed', settings });
  };
  const tellRuns = (): void => {
    for (const stored of store.runs.list()) {
      const run = complete(stored);
      if (!isNew(run.runId, run) && !isOn(run)) continue;
      hub.runChanged(run.runId);
      const rows = shown.get(run.runId);
      if (!rows) continue;
      rows.stale = true;
      // The last rows of a run come with its end, not after it.
      if (!isOn(run)) rows.dueMs = 0;
    }
  };
  const tellRows = (): void => {
    for (const [runId, rows] of shown) {
      if (!rows.stale || performance.now() < rows.dueMs) continue;
      rows.stale = false;
      hub.tasksReplaced(runId);
      const beganMs = performance.now();
      hub.flush();
      const endedMs = performance.now();
      rows.dueMs = endedMs + Math.max(ROWS_MS, (endedMs - beganMs) / ROWS_SHARE);
    }
  };
  const look = async (): Promise<void> => {
    const { writer: earlier, version: seen } = { writer, version };
    // The writer lets go of its lock after its last commit: what is read below is then the last there is.
    writer = currentWriter(dataDir);
    version = store.dataVersion();
    if (writer !== earlier) hub.push({ type: 'writer.changed', writer });
    if (writer !== earlier || version !== seen) {
      const lists = await snapshot();
      if (closed) return;
      tellLists(lists);
      tellRuns();
    }
    tellRows();
  };
  const plan = (): void => {
    timer = setTimeout(() => {
      void look()
        .catch((error: unknown) => {
          if (!isStoreError(error) && !(error instanceof TasklaneError)) throw error;
          // Busy, broken, or something was removed between two readings; a command that meets it says so. All is told anew.
          version = Number.NaN;
        })
        .finally(() => {
          if (!closed) plan();
        });
    }, LOOK_MS);
    timer.unref();
  };

  for (const stored of store.runs.list()) isNew(stored.runId, complete(stored));
  plan();
  return {
    writer: () => writer,
    header: (runId) => complete(store.runs.get(runId)),
    show(runId) {
      if (!shown.has(runId) && store.runs.exists(runId)) shown.set(runId, { stale: false, dueMs: 0 });
    },
    close() {
      closed = true;
      if (timer) clearTimeout(timer);
    },
  };
}

function isOn({ status }: RunHeader): boolean {
  return status === 'running' || status === 'pausing';
}
