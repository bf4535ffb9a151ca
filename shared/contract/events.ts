import type { BatchListItem } from './commands.ts';
import type { AttemptPatch, TaskPatch } from './columns.ts';
import type { AppSettings, ClockGap, Provider, RunHeader } from '../vocabulary.ts';

/** Facts, in the past tense. All but `answer.extended` carry absolute values, so that the latest one wins. */
export type AppEvent =
  | { readonly type: 'run.changed'; readonly run: RunHeader }
  | { readonly type: 'tasks.changed'; readonly runId: string; readonly tasks: TaskPatch }
  | { readonly type: 'attempts.changed'; readonly runId: string; readonly attempts: AttemptPatch }
  /** More text of an answer that is being streamed, for watched tasks only (`task.watch`). `offset` = characters before it. */
  | { readonly type: 'answer.extended'; readonly runId: string; readonly index: number; readonly attempt: number; readonly offset: number; readonly text: string }
  | { readonly type: 'settings.changed'; readonly settings: AppSettings }
  /** The machine slept, the program stood still, or the wall clock jumped while a run was on. */
  | { readonly type: 'gap.recognised'; readonly gap: ClockGap }
  /** For a program that only reads: which other one writes to the data folder now; null = none any more. */
  | { readonly type: 'writer.changed'; readonly writer: string | null }
  | { readonly type: 'batches.changed'; readonly batches: readonly BatchListItem[] }
  | { readonly type: 'providers.changed'; readonly providers: readonly Provider[]; readonly defaultProviderId: string };

/**
 * Events travel in batches, at most about 16 a second. `seq` counts batches from 1 without gaps: whoever sees a gap
 * asks for a snapshot again. A snapshot carries the `seq` of the last batch it includes.
 */
export interface EventBatch {
  readonly seq: number;
  readonly events: readonly AppEvent[];
}
