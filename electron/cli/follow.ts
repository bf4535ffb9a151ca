import type { RunSummary } from '../../shared/contract/summary.ts';
import { TasklaneError } from '../../shared/errors.ts';
import { formatCounted } from '../../shared/format/format.ts';
import { gapSentence } from '../../shared/format/gap-sentence.ts';
import type { RunHeader } from '../../shared/vocabulary.ts';
import type { Tasklane } from '../api/types.ts';
import type { Interrupts } from './interrupts.ts';
import type { CliIo } from './io.ts';
import { showProgress } from './progress.ts';

export interface Followed {
  readonly summary: RunSummary;
  /** One sentence on why the run stopped; null unless something but the user stopped it. */
  readonly stopMessage: string | null;
  /** A second Ctrl+C cut it short: the store is closed, nothing more can be asked of it. */
  readonly aborted: boolean;
}

export interface FollowOptions {
  readonly io: CliIo;
  readonly interrupts: Interrupts;
  /** Said once the run is known. */
  readonly announce: (run: RunHeader) => string;
  /** What the first Ctrl+C does: let what is in flight finish and keep the rest for later, or give the run up. */
  readonly onInterrupt: { readonly kind: 'cancel' } | { readonly kind: 'pause'; readonly resumeCommand: (runId: string) => string };
}

function isSettled(run: RunHeader): boolean {
  return run.status === 'completed' || run.status === 'cancelled' || run.status === 'paused';
}

/**
 * Starts a run (or resumes one) and stays with it until it has ended or stands still. The first Ctrl+C pauses it
 * (or gives it up), so that what is in flight may finish; the second one aborts that too.
 * @param start gives the run's id once it is on.
 */
export async function followRun(tasklane: Tasklane, start: () => Promise<string>, options: FollowOptions): Promise<Followed> {
  const { io, interrupts, announce } = options;
  const headers = new Map<string, RunHeader>();
  const settled = Promise.withResolvers<void>();
  const progress = showProgress(io);
  let runId: string | null = null;
  let announced = false;

  const take = (run: RunHeader): void => {
    headers.set(run.runId, run);
    if (run.runId !== runId) return;
    if (!announced) progress.say(announce(run));
    announced = true;
    progress.update(run);
    if (isSettled(run)) settled.resolve();
  };

  // Subscribed before the start, so that no change can fall between the two.
  const unsubscribe = tasklane.subscribe(({ events }) => {
    for (const event of events) {
      if (event.type === 'run.changed') take(event.run);
      if (event.type === 'gap.recognised') progress.say(gapSentence(event.gap));
    }
  });
  try {
    const startedId = await start();
    headers.delete(startedId);
    runId = startedId;
    const listed = await headerOf(tasklane, startedId);
    if (!headers.has(startedId)) take(listed);
    const paused = interrupts.first.then(() => interrupt(tasklane, startedId, options, headers, progress.say));
    const ended = settled.promise.then(() => false);
    const cutShort = await Promise.race([ended, interrupts.second.then(() => true), paused.then(() => ended)]);
    const summary = await tasklane.call('run.summary', { runId: startedId });
    if (cutShort) {
      progress.say('Aborting what is in flight.');
      await tasklane.abort();
      // The store is closed now; this is what it holds.
      return { summary: { ...summary, status: 'paused', stopReason: 'interrupted' }, stopMessage: null, aborted: true };
    }
    const stopMessage = summary.stopReason === 'user' ? null : (headers.get(startedId)?.stopMessage ?? null);
    return { summary, stopMessage, aborted: false };
  } finally {
    unsubscribe();
    progress.end();
  }
}

async function headerOf(tasklane: Tasklane, runId: string): Promise<RunHeader> {
  const runs = await tasklane.call('run.list', {});
  const run = runs.find((entry) => entry.runId === runId);
  if (run === undefined) throw new Error(`Expected run ${runId} among the runs.`);
  return run;
}

async function interrupt(tasklane: Tasklane, runId: string, { onInterrupt }: FollowOptions, headers: ReadonlyMap<string, RunHeader>, say: (text: string) => void): Promise<void> {
  const run = headers.get(runId);
  if (run !== undefined && isSettled(run)) return;
  try {
    if (onInterrupt.kind === 'cancel') {
      say('Giving this run up.');
      await tasklane.call('run.cancel', { runId });
    } else {
      say(`Pausing: finishing ${formatCounted(run?.running ?? 0, 'task')} in flight. \`${onInterrupt.resumeCommand(runId)}\` goes on later; Ctrl+C again aborts now.`);
      await tasklane.call('run.pause', { runId });
    }
  } catch (error) {
    // The last task finished in the meantime: there is nothing to stop any more.
    if (!(error instanceof TasklaneError) || error.code !== 'run_state') throw error;
  }
}
