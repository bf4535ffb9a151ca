import { formatDuration, formatSpeedup } from '../../shared/format/format.ts';
import type { ProjectionPoint } from '../../shared/timing/projection.ts';
import { formatTable } from './table.ts';

/** Projected walls as a table; extrapolated ones are marked. */
export function projectionTable(points: readonly ProjectionPoint[]): string {
  const rows = points.map((point) => [
    String(point.concurrency),
    formatDuration(point.wallMs),
    point.interval === null ? '' : `${formatDuration(point.interval[0])} to ${formatDuration(point.interval[1])}`,
    formatSpeedup(point.speedup),
    point.extrapolated ? 'extrapolated' : '',
  ]);
  return formatTable([['at once', 'wall time', '90 % interval', 'speedup', ''], ...rows], 'rrrrl');
}
