import { formatRange } from '../../shared/format/format-range.ts';
import { formatCount, formatDuration } from '../../shared/format/format.ts';
import { assertNever } from '../../shared/errors.ts';
import type { RunHeader } from '../../shared/vocabulary.ts';
import { escapeForTerminal } from './escape.ts';

/** What the progress of a run is drawn from. Pure data: clocks and rates are worked out before. */
export interface ProgressState {
  readonly run: Pick<RunHeader, 'status' | 'total' | 'completed' | 'failed' | 'cancelled' | 'running' | 'limitedBy' | 'trouble'>;
  /** Tokens of answers per second, lately; null when not known yet. */
  readonly tokensPerSecond: number | null;
  /** Time left as a range, ms; null while too few tasks have finished to tell. */
  readonly remainingMs: readonly [low: number, high: number] | null;
  /** Time since anything moved, ms. */
  readonly quietMs: number;
}

/** From here on silence is mentioned, ms. */
export const QUIET_MS = 20_000;

/** Some terminals do not know their width and say 0. */
const COLUMNS_UNKNOWN = 80;
const TROUBLE_CHARACTERS_MAX = 120;
const BAR_WIDTH = 24;
const BAR_WIDTH_MIN = 10;

function finishedOf({ run }: ProgressState): number {
  return run.completed + run.failed + run.cancelled;
}

/** The parts of the sentence, most important first. */
function parts(state: ProgressState): readonly string[] {
  const { run } = state;
  const found: (string | null)[] = [
    `${formatCount(finishedOf(state))}/${formatCount(run.total)}`,
    run.status === 'pausing' ? `finishing ${formatCount(run.running)}` : null,
    run.failed > 0 ? `${formatCount(run.failed)} failed` : null,
    run.cancelled > 0 ? `${formatCount(run.cancelled)} cancelled` : null,
    run.status === 'pausing' ? null : `${formatCount(run.running)} in flight`,
    run.limitedBy === 'provider' ? limitPart(state) : null,
    state.quietMs >= QUIET_MS ? `nothing new for ${formatDuration(state.quietMs)}` : null,
    remainingPart(state),
    state.tokensPerSecond === null ? null : `${formatCount(state.tokensPerSecond)} tokens/s`,
    run.limitedBy === 'provider' ? null : limitPart(state),
  ];
  return found.filter((part) => part !== null);
}

/** What else than the number of tasks holds it up; null when nothing does. */
function limitPart({ run }: ProgressState): string | null {
  switch (run.limitedBy) {
    case 'rate_limit':
      return run.running === 0 ? 'waiting for a rate limit' : 'slowed by a rate limit';
    case 'provider':
      return `provider in trouble${run.trouble === null ? '' : ` (${escapeForTerminal(run.trouble.slice(0, TROUBLE_CHARACTERS_MAX))})`}, probing`;
    case 'backoff':
      return 'waiting before retries';
    case 'setting':
    case 'few_tasks':
    case 'nothing':
      return null;
    default:
      return assertNever(run.limitedBy);
  }
}

function remainingPart({ run, remainingMs }: ProgressState): string | null {
  if (remainingMs === null || run.status !== 'running') return null;
  return `${formatRange(remainingMs)} left`;
}

/** A line for a log that is read later: no bar, no redraw. */
export function logLine(state: ProgressState): string {
  return `${parts(state).join(', ')}\n`;
}

/**
 * One line for a live terminal, at most `columns - 1` characters (the last column would wrap in some terminals). What
 * does not fit is left out from the end of the list, the least important first; the bar shrinks before the counts go.
 */
export function liveLine(state: ProgressState, columns: number): string {
  const room = (columns > 1 ? columns : COLUMNS_UNKNOWN) - 1;
  const chosen = [...parts(state)];
  const width = (): number => chosen.join('  ').length;
  while (chosen.length > 1 && width() + BAR_WIDTH_MIN + 3 > room) chosen.pop();
  const barWidth = Math.min(BAR_WIDTH, room - width() - 3);
  const text = chosen.join('  ');
  return (barWidth < BAR_WIDTH_MIN ? text : `${bar(state, barWidth)} ${text}`).slice(0, room);
}

function bar(state: ProgressState, width: number): string {
  const { total } = state.run;
  const filled = total === 0 ? width : Math.floor((finishedOf(state) / total) * width);
  const head = filled < width ? '>' : '';
  return `[${'='.repeat(filled)}${head}${'-'.repeat(width - filled - head.length)}]`;
}
