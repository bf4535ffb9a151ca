import { formatCount, formatDuration, formatSpeedup } from '../../../shared/format/format.ts';
import type { ProjectionPoint } from '../../../shared/timing/projection.ts';
import type { AccountShare } from './account.ts';
import type { LatencyModel } from './chart-model.ts';
import type { Drift } from './drift.ts';
import type { MeasuredPoint } from './projection.ts';
import { shareText } from './sentence.ts';
import { ceilings, type SpeedupFacts } from './speedup.ts';
import { TABLE_ROWS, type ChartTable, type TableColumn, type TableRow } from './table.ts';

const text = (label: string): TableColumn => ({ label, numeric: false });
const numeric = (label: string): TableColumn => ({ label, numeric: true });

function tableOf(columns: readonly TableColumn[], rows: readonly (readonly string[])[], taskOf: (row: number) => number | null = () => null): ChartTable {
  const shown: readonly TableRow[] = rows.slice(0, TABLE_ROWS).map((cells, row) => ({ key: String(row), cells, taskIndex: taskOf(row) }));
  return { columns, rows: shown, total: rows.length };
}

export function speedupTable(facts: SpeedupFacts): ChartTable {
  const names = { slots: 'Ceiling: slots, min(c, n)', tasks: 'Ceiling: tasks, min(c, n)', longest: 'Ceiling: total / longest task' } as const;
  return tableOf([text('Speed'), numeric('Against one at a time')], [['One at a time', '1.0x'], ['This run, estimated', formatSpeedup(facts.estimated)], ...ceilings(facts).map((ceiling) => [names[ceiling.kind], formatSpeedup(ceiling.speedup)])]);
}

export function accountTable(shares: readonly AccountShare[]): ChartTable {
  return tableOf([text('Cause'), text('Meaning'), numeric('Slot time'), numeric('Share')], shares.map((share) => [share.name, share.meaning, formatDuration(share.ms), shareText(share.fraction)]));
}

/** The samples themselves where they are drawn one by one, else the bins or the curve. */
export function latencyTable({ shape, percentiles }: LatencyModel): ChartTable {
  const known = [['p50', percentiles.p50], ['p90', percentiles.p90], ['p95', percentiles.p95], ['p99', percentiles.p99]] as const;
  switch (shape.kind) {
    case 'none':
      return tableOf([text('Request'), numeric('Service time')], []);
    case 'dots':
      return tableOf([text('Task'), numeric('Service time')], shape.dots.map((dot) => [formatCount(dot.taskIndex + 1), formatDuration(dot.serviceMs)]), (row) => shape.dots[row]!.taskIndex);
    case 'histogram':
      return tableOf([text('Service time'), numeric('Requests')], shape.histogram.bins.map((bin) => [`${formatDuration(bin.fromMs)} to ${formatDuration(bin.toMs)}`, formatCount(bin.count)]));
    case 'curve':
      return tableOf([text('Percentile'), numeric('Service time')], [...known.flatMap(([name, ms]) => (ms === null ? [] : [[name, formatDuration(ms)]])), ['slowest', formatDuration(shape.points.at(-1)?.serviceMs ?? null)]]);
  }
}

/** The trend where there is one, else the requests. */
export function driftTable(drift: Drift): ChartTable {
  if (drift.trend.length === 0) return tableOf([numeric('Sent at'), numeric('Service time')], drift.points.map((point) => [formatDuration(point.atMs), formatDuration(point.serviceMs)]));
  return tableOf([numeric('Around'), numeric('Median'), numeric('p90')], drift.trend.map((point) => [formatDuration(point.atMs), formatDuration(point.p50), formatDuration(point.p90)]));
}

export function projectionTable(points: readonly ProjectionPoint[], measured: MeasuredPoint | null): ChartTable {
  const projected = points.map((point) => [formatCount(point.concurrency), formatDuration(point.wallMs), point.interval === null ? '–' : `${formatDuration(point.interval[0])} to ${formatDuration(point.interval[1])}`, formatSpeedup(point.speedup), point.extrapolated ? 'extrapolated' : 'projected']);
  const own = measured === null ? [] : [[measured.concurrency.toFixed(Number.isInteger(measured.concurrency) ? 0 : 1), formatDuration(measured.wallMs), '–', formatSpeedup(measured.speedup), 'this run']];
  return tableOf([numeric('At once'), numeric('Wall time'), numeric('90% interval'), numeric('Speedup, estimated'), text('Kind')], [...own, ...projected]);
}
