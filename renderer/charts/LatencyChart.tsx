import { assertNever } from '../../shared/errors.ts';
import type { LatencyModel } from './data/chart-model.ts';
import { LatencyCurve } from './LatencyCurve.tsx';
import { LatencyDots } from './LatencyDots.tsx';
import { LatencyHistogramChart } from './LatencyHistogramChart.tsx';

/** The latency distribution, drawn as its number of samples allows. Null without a sample. */
export function LatencyChart({ model, widthPx }: { readonly model: LatencyModel; readonly widthPx: number }) {
  const { shape, percentiles } = model;
  switch (shape.kind) {
    case 'none':
      return null;
    case 'dots':
      return <LatencyDots dots={shape.dots} widthPx={widthPx} />;
    case 'histogram':
      return <LatencyHistogramChart histogram={shape.histogram} percentiles={percentiles} widthPx={widthPx} />;
    case 'curve':
      return <LatencyCurve points={shape.points} percentiles={percentiles} widthPx={widthPx} />;
    default:
      return assertNever(shape);
  }
}
