import { formatCount, formatSpeedup } from '../../../shared/format/format.ts';
import type { Sentence } from './sentence.ts';

export interface SpeedupFacts {
  /** Sum of service times / wall; null before anything was sent. */
  readonly estimated: number | null;
  /** min(c, n). */
  readonly theoreticalMax: number;
  /** Tasks of the run, n. */
  readonly taskCount: number;
  /** Total / longest task; null before anything was sent. */
  readonly longestCeiling: number | null;
  readonly soFar: boolean;
}

export interface Ceiling {
  readonly kind: 'slots' | 'tasks' | 'longest';
  readonly speedup: number;
  readonly label: string;
}

/** A ceiling as text: whole numbers without a decimal, `3x` and `2.9x`. */
export function ceilingText(speedup: number): string {
  return formatSpeedup(speedup).replace(/\.0x$/, 'x');
}

/** What no run with these tasks and slots can exceed, lowest first. */
export function ceilings({ theoreticalMax, taskCount, longestCeiling }: SpeedupFacts): readonly Ceiling[] {
  const kind = theoreticalMax >= taskCount ? 'tasks' : 'slots';
  const count: Ceiling = { kind, speedup: theoreticalMax, label: `${kind} allow ${ceilingText(theoreticalMax)}` };
  if (longestCeiling === null) return [count];
  const longest: Ceiling = { kind: 'longest', speedup: longestCeiling, label: `longest task allows ${formatSpeedup(longestCeiling)}` };
  return longestCeiling <= theoreticalMax ? [longest, count] : [count, longest];
}

/** `2.4x faster than one at a time (estimated); your longest task caps this at 2.9x.` */
export function speedupSentence(facts: SpeedupFacts): Sentence {
  if (facts.estimated === null) return ['No request has finished yet.'];
  const lowest = ceilings(facts)[0]!;
  const cap = { value: lowest.kind === 'longest' ? formatSpeedup(lowest.speedup) : ceilingText(lowest.speedup), testId: 'chart-ceiling-value' };
  const value = { value: formatSpeedup(facts.estimated), testId: 'chart-speedup-value' };
  const against = facts.estimated > 1.05 ? ' faster than one at a time (estimated); ' : ' the speed of one at a time (estimated); ';
  const cause = { longest: 'your longest task caps this at ', slots: 'the number of slots caps this at ', tasks: `${formatCount(facts.taskCount)} tasks can give at most ` } as const;
  return [...(facts.soFar ? ['So far '] : []), value, against, facts.taskCount === 1 && lowest.kind === 'tasks' ? 'one task can give at most ' : cause[lowest.kind], cap, '.'];
}
