/** Where the plot of the timeline lies inside its SVG, px. */
export interface TimelineGeometry {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly left: number;
  readonly top: number;
  readonly plotWidth: number;
  readonly plotHeight: number;
  readonly rowHeight: number;
  /** Bars carry their task's number above them. */
  readonly labelled: boolean;
  /** Where the bar lies inside its row; above it is room for signs where rows are tall enough. */
  readonly barTop: number;
  readonly barHeight: number;
  /** Height of the lanes above the slots that count failures over time; 0 without them. */
  readonly lanesPx: number;
}

export const LEFT_PX = 60;
/** Room for half of the last label of the time axis. */
export const RIGHT_PX = 20;
export const TIME_AXIS_PX = 26;
/** Tallest plot before rows get thinner. */
const PLOT_PX = 340;
const LABELLED_ROW_PX = 34;
const THICKEST_ROW_PX = 26;
/** From this height on a row has a lane for signs above its bar. */
const SIGN_ROW_PX = 15;
const SIGN_LANE_PX = 7;

function barIn(rowHeight: number, labelled: boolean): { readonly barTop: number; readonly barHeight: number } {
  if (labelled) return { barTop: 17, barHeight: 13 };
  const gap = Math.min(2, rowHeight * 0.1);
  const top = rowHeight >= SIGN_ROW_PX ? SIGN_LANE_PX : gap;
  return { barTop: top, barHeight: rowHeight - top - gap };
}

export interface TimelineRoom {
  readonly widthPx: number;
  readonly slots: number;
  readonly legendPx: number;
  readonly lanesPx: number;
  readonly fewTasks: boolean;
}

/** Rows as tall as they fit; with few tasks, tall enough for a label over each bar. */
export function timelineGeometry({ widthPx, slots, legendPx, lanesPx, fewTasks }: TimelineRoom): TimelineGeometry {
  const labelled = fewTasks && slots * LABELLED_ROW_PX <= PLOT_PX + 80;
  const wanted = labelled ? LABELLED_ROW_PX : Math.min(THICKEST_ROW_PX, PLOT_PX / Math.max(1, slots));
  const plotHeight = Math.max(24, Math.round(wanted * slots));
  const rowHeight = plotHeight / Math.max(1, slots);
  const top = legendPx + 6 + lanesPx;
  return { widthPx, heightPx: top + plotHeight + TIME_AXIS_PX, left: LEFT_PX, top, plotWidth: Math.max(1, widthPx - LEFT_PX - RIGHT_PX), plotHeight, rowHeight, labelled, ...barIn(rowHeight, labelled), lanesPx };
}

/** Slots to name on the axis: all where they fit, else the first, the last and round ones between. From 0. */
export function slotTicks(slots: number, rowHeight: number): readonly number[] {
  const steps = [1, 2, 4, 5, 8, 10, 16, 20, 25, 32, 50, 64, 100, 128, 200, 250, 500];
  const step = steps.find((candidate) => candidate * rowHeight >= 16) ?? 1000;
  const ticks = Array.from({ length: Math.floor(slots / step) + 1 }, (_, index) => (step === 1 ? index : Math.max(0, index * step - 1)));
  return [...new Set(ticks)].filter((tick) => tick < slots);
}
