const SECOND = { ms: 1000, name: 's' } as const;
const MINUTE = { ms: 60_000, name: 'min' } as const;
const HOUR = { ms: 3_600_000, name: 'h' } as const;
const DAY = { ms: 86_400_000, name: 'd' } as const;

interface Coarse {
  readonly unit: typeof SECOND | typeof MINUTE | typeof HOUR | typeof DAY;
  readonly stepMs: number;
}

/** Steps grow with the length, so that a live range stands still instead of flickering. */
function coarseness(durationMs: number): Coarse {
  if (durationMs < 10_000) return { unit: SECOND, stepMs: 1000 };
  if (durationMs < 60_000) return { unit: SECOND, stepMs: 5000 };
  if (durationMs < 3_600_000) return { unit: MINUTE, stepMs: 60_000 };
  if (durationMs < 10 * 3_600_000) return { unit: HOUR, stepMs: 1_800_000 };
  if (durationMs < 48 * 3_600_000) return { unit: HOUR, stepMs: 3_600_000 };
  return { unit: DAY, stepMs: 43_200_000 };
}

function amount(durationMs: number, unit: Coarse['unit']): string {
  const value = durationMs / unit.ms;
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

/**
 * A range of ms for an estimate, widened outwards to round steps: "about 2 to 3 min", "about 50 s to 2 min", "about 5 s".
 * Ends in either order; null gives "" (nothing is known yet), and a range that ends below 1 s gives "a moment".
 */
export function formatRange(range: readonly [number, number] | null): string {
  if (range === null || !Number.isFinite(range[0]) || !Number.isFinite(range[1])) return '';
  const lowMs = Math.max(0, Math.min(...range));
  const highMs = Math.max(...range);
  if (highMs < 1000) return 'a moment';
  const lowStep = coarseness(lowMs).stepMs;
  const highStep = coarseness(highMs).stepMs;
  const low = Math.max(1000, Math.floor(lowMs / lowStep) * lowStep);
  const high = Math.ceil(highMs / highStep) * highStep;
  const lowUnit = coarseness(low).unit;
  const highUnit = coarseness(high).unit;
  const highText = `${amount(high, highUnit)} ${highUnit.name}`;
  if (low >= high) return `about ${highText}`;
  return lowUnit === highUnit ? `about ${amount(low, lowUnit)} to ${highText}` : `about ${amount(low, lowUnit)} ${lowUnit.name} to ${highText}`;
}
