import { formatDuration, formatFraction, formatSpeedup } from '../../shared/format/format.ts';
import type { LossByCause, MeasureReport, ParallelResult } from '../../shared/timing/measure.ts';
import { projectionTable } from './projection-text.ts';
import { formatTable } from './table.ts';

/** The result of a measurement for people: the experiment as a table, what was lost to what, and the projection. */
export function measureText(report: MeasureReport): string {
  const rows = report.parallel.map((arm) => [
    String(arm.concurrency),
    formatDuration(arm.medianMs),
    formatSpeedup(arm.speedup),
    arm.speedupInterval === null ? '' : `${formatSpeedup(arm.speedupInterval[0])} to ${formatSpeedup(arm.speedupInterval[1])}`,
    formatSpeedup(arm.theoreticalMax),
    formatFraction(arm.efficiencyFraction),
    String(arm.peakInFlight),
  ]);
  const table = formatTable([['at once', 'median', 'speedup', '90 % interval', 'at most', 'efficiency', 'peak in flight'], ['1', formatDuration(report.sequential.medianMs), '', '', '', '', '1'], ...rows], 'rrrrrrr');
  const losses = report.parallel.flatMap((arm) => lossLine(arm) ?? []);
  return `${table}\n${losses.length > 0 ? `Where the rest went, as a share of the slots' time:\n${losses.join('')}\n` : ''}Projection:\n${projectionTable(report.projection)}`;
}

const CAUSES = [
  ['tail, nothing left to send', 'tailMs'],
  ['slower answers under load', 'slowdownMs'],
  ['ramp', 'rampMs'],
  ['dispatch gaps', 'dispatchGapMs'],
  ['rate waits', 'rateWaitMs'],
  ['backoff', 'backoffMs'],
] as const satisfies readonly (readonly [string, keyof LossByCause])[];

/** Shares below this are noise and not named. */
const LEAST_SHARE = 0.005;

function lossLine({ concurrency, lossByCause }: ParallelResult): string | null {
  if (lossByCause === undefined || lossByCause.slotMs <= 0) return null;
  const shares = CAUSES.map(([name, cause]) => [name, lossByCause[cause] / lossByCause.slotMs] as const).filter(([, share]) => Math.abs(share) >= LEAST_SHARE);
  const text = shares.map(([name, share]) => `${name} ${formatFraction(share)}`).join(', ');
  return `  ${concurrency} at once: ${text === '' ? 'nothing worth naming' : text}\n`;
}
