import { useState } from 'react';
import { panRange, selectRange, zoomRange, type TimeRange } from './data/timeline-range.ts';

export interface TimelineZoom {
  readonly range: TimeRange;
  readonly zoomed: boolean;
  readonly zoom: (factor: number, aroundMs?: number) => void;
  readonly pan: (fraction: number) => void;
  readonly select: (firstMs: number, secondMs: number) => void;
  readonly reset: () => void;
}

/** What part of the run is visible. Unzoomed it follows the run as it grows; zoomed it stands still. */
export function useTimelineZoom(full: TimeRange): TimelineZoom {
  const [chosen, setChosen] = useState<TimeRange | null>(null);
  const range = chosen ?? full;
  const apply = (change: (current: TimeRange) => TimeRange): void =>
    setChosen((current) => {
      const next = change(current ?? full);
      return next.fromMs <= full.fromMs && next.toMs >= full.toMs ? null : next;
    });
  return {
    range,
    zoomed: chosen !== null,
    zoom: (factor, aroundMs) => apply((current) => zoomRange(current, factor, aroundMs ?? (current.fromMs + current.toMs) / 2, full)),
    pan: (fraction) => apply((current) => panRange(current, fraction, full)),
    select: (firstMs, secondMs) => apply(() => selectRange(firstMs, secondMs, full)),
    reset: () => setChosen(null),
  };
}
