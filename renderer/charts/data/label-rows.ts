export interface WantedLabel {
  /** Where its line stands, px. */
  readonly x: number;
  readonly widthPx: number;
}

export interface PlacedLabel {
  /** Row from the top. */
  readonly row: number;
  /** On which side of its line the text stands. */
  readonly side: 'left' | 'right';
}

/** Free space between text and lines, px. */
const GAP_PX = 5;
/** Estimated widths err; a line this near counts as crossing. */
const NEAR_PX = 6;
const OUTSIDE = 1000;
const OVERLAP = 100;
const CROSSED = 10;
const LOWER_ROW = 1;
const LEFT_SIDE = 0.1;

interface Extent {
  readonly from: number;
  readonly to: number;
}

function extentOf({ x, widthPx }: WantedLabel, side: PlacedLabel['side']): Extent {
  return side === 'right' ? { from: x + GAP_PX, to: x + GAP_PX + widthPx } : { from: x - GAP_PX - widthPx, to: x - GAP_PX };
}

function costOf(labels: readonly WantedLabel[], places: readonly PlacedLabel[], plot: Extent): number {
  const extents = labels.map((label, index) => extentOf(label, places[index]!.side));
  let cost = 0;
  places.forEach((place, index) => {
    const extent = extents[index]!;
    cost += place.row * LOWER_ROW + (place.side === 'left' ? LEFT_SIDE : 0) + (extent.from < plot.from || extent.to > plot.to ? OUTSIDE : 0);
    places.forEach((other, position) => {
      if (position === index) return;
      if (position < index && other.row === place.row && extents[position]!.from < extent.to + GAP_PX && extents[position]!.to > extent.from - GAP_PX) cost += OVERLAP;
      // A line reaches from the row of its own label down through all rows below.
      if (other.row <= place.row && labels[position]!.x > extent.from - NEAR_PX && labels[position]!.x < extent.to + NEAR_PX) cost += CROSSED;
    });
  });
  return cost;
}

/**
 * Finds rows and sides for the labels of a few vertical lines such that no text leaves the plot, touches another text or
 * is crossed by a line, in as few rows as possible. Tries everything, so it is meant for at most four labels.
 */
export function placeLabels(labels: readonly WantedLabel[], plot: { readonly from: number; readonly to: number }): readonly PlacedLabel[] {
  const choices = labels.flatMap((_, row): readonly PlacedLabel[] => [
    { row, side: 'right' },
    { row, side: 'left' },
  ]);
  let best: readonly PlacedLabel[] = [];
  let bestCost = Infinity;
  const tryFrom = (places: readonly PlacedLabel[]): void => {
    if (places.length < labels.length) {
      for (const choice of choices) tryFrom([...places, choice]);
      return;
    }
    const cost = costOf(labels, places, plot);
    if (cost < bestCost) {
      best = places;
      bestCost = cost;
    }
  };
  tryFrom([]);
  return best;
}
