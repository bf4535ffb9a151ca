import { median } from '../statistics.ts';

/** Median and spread, as every figure is quoted: `1.014 (1.012–1.019)`; a single sample stands alone. */
export function quote(samples: readonly number[], digits: number): string {
  const show = (value: number): string => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const middle = show(median(samples));
  return samples.length === 1 ? middle : `${middle} (${show(Math.min(...samples))}–${show(Math.max(...samples))})`;
}
