import { flagLabel } from '../../shared/format/stop-reason.ts';
import { TASK_FLAGS } from '../../shared/vocabulary.ts';
import type { TaskFlag } from '../../shared/vocabulary.ts';

/** What a task's flags say, one label a flag; empty when it has none. */
export function flagLabels(flags: number): readonly string[] {
  return (Object.keys(TASK_FLAGS) as TaskFlag[]).filter((flag) => (flags & TASK_FLAGS[flag]) !== 0).map(flagLabel);
}
