import type { FailureGroup } from '../../shared/contract/commands.ts';
import type { TaskPatch } from '../../shared/contract/columns.ts';
import { TASK_STATUSES } from '../../shared/vocabulary.ts';
import type { Services } from './services.ts';
import type { GetState, SetState } from './state.ts';

/** Longest that the groups lag behind the run while the tab is shown. */
const RELOAD_MS = 400;
const FAILED = TASK_STATUSES.indexOf('failed');

export interface FailuresSlice {
  /** The failed tasks of a run by what went wrong; null until the tab was shown. Lags behind the run by a moment. */
  readonly failures: { readonly runId: string; readonly groups: readonly FailureGroup[] } | null;
  /** Asks for the groups now; for when the tab is opened. */
  readonly loadFailures: () => void;
  /** After rows changed: asks again, a moment later, when the tab is on screen and other tasks have failed, or the same ones anew. */
  readonly refreshFailures: () => void;
}

/** Another text when other tasks have failed, or the same ones after more attempts: a retry may fail again within one update. */
function failedRowsMark({ status, attempts }: Pick<TaskPatch, 'status' | 'attempts'>): string {
  let attemptSum = 0;
  let positionSum = 0;
  for (let index = 0; index < status.length; index += 1) {
    if (status[index] !== FAILED) continue;
    attemptSum += attempts[index] ?? 0;
    positionSum += index;
  }
  return `${attemptSum} ${positionSum}`;
}

export function createFailuresSlice(set: SetState, get: GetState, services: Services): FailuresSlice {
  const { client } = services;
  /** What the groups on screen belong to. */
  let shown = '';
  let asking = false;
  let waiting = false;

  const wanted = (): { readonly runId: string; readonly failed: number; readonly signature: string } | null => {
    const { tab, runState } = get();
    if (tab !== 'failures' || runState === null) return null;
    const { runId, failed, status } = runState.run;
    return { runId, failed, signature: `${runId} ${failed} ${status} ${failed === 0 ? '' : failedRowsMark(runState.tasks)}` };
  };
  const load = async (): Promise<void> => {
    const target = wanted();
    if (target === null || asking || target.signature === shown) return;
    asking = true;
    await get().attempt(async () => {
      const groups = target.failed === 0 ? [] : await client.call('failure.groups', { runId: target.runId });
      if (get().runState?.run.runId === target.runId) set({ failures: { runId: target.runId, groups } });
    });
    // After an error too: asked for again when something changes, not at once and for ever.
    shown = target.signature;
    asking = false;
    get().refreshFailures();
  };

  return {
    failures: null,
    loadFailures() {
      shown = '';
      void load();
    },
    refreshFailures() {
      const target = wanted();
      if (target === null || asking || waiting || target.signature === shown) return;
      if (get().failures?.runId !== target.runId) return void load();
      waiting = true;
      // Not put off by every change: a run that fails all the time would never show anything new.
      setTimeout(() => {
        waiting = false;
        void load();
      }, RELOAD_MS);
    },
  };
}
