const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Steps that read well on a clock, ms. */
const TIME_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR] as const;

function countBetween(from: number, to: number, step: number): number {
  return Math.floor(to / step + 1e-9) - Math.ceil(from / step - 1e-9) + 1;
}

function multiplesBetween(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** Positions of ticks on a time axis, ms, at most `maxCount` of them, on clock-like multiples. */
export function timeTicks(fromMs: number, toMs: number, maxCount: number): readonly number[] {
  const spanMs = toMs - fromMs;
  if (!(spanMs > 0) || maxCount < 1) return [fromMs];
  if (spanMs < maxCount) return numberTicks(fromMs, toMs, maxCount);
  const step = TIME_STEPS.find((candidate) => countBetween(fromMs, toMs, candidate) <= maxCount) ?? 24 * HOUR * Math.ceil(spanMs / (24 * HOUR) / Math.max(1, maxCount - 1));
  return multiplesBetween(fromMs, toMs, step);
}

/** Positions of ticks on a plain axis at multiples of 1, 2 or 5 times a power of ten, at most `maxCount` of them. */
export function numberTicks(from: number, to: number, maxCount: number, minimumStep = 0): readonly number[] {
  const span = to - from;
  if (!(span > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(span / Math.max(1, maxCount)));
  const step = [1, 2, 5, 10, 20, 50].map((factor) => factor * power).find((candidate) => candidate >= minimumStep && countBetween(from, to, candidate) <= maxCount) ?? 100 * power;
  return multiplesBetween(from, to, step);
}

/** Positions of ticks on a logarithmic axis: round multiples of powers of ten, thinned to at most `maxCount`. */
export function logTicks(from: number, to: number, maxCount: number): readonly number[] {
  if (!(from > 0) || !(to > from)) return [from];
  const powers = multiplesBetween(Math.floor(Math.log10(from)), Math.ceil(Math.log10(to)), 1);
  const inside = (factors: readonly number[]): number[] => powers.flatMap((power) => factors.map((factor) => Number((factor * 10 ** power).toPrecision(12)))).filter((tick) => tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9));
  const candidates = [inside([1, 2, 3, 5]), inside([1, 2, 5]), inside([1, 3]), inside([1])];
  const fitting = candidates.find((ticks) => ticks.length <= maxCount && ticks.length >= 2) ?? candidates[0]!;
  if (fitting.length <= maxCount) return fitting;
  const keepEvery = Math.ceil(fitting.length / maxCount);
  return fitting.filter((_, index) => index % keepEvery === 0);
}

/** Label of a tick on a time axis whose ticks are `stepMs` apart: as many decimals as the step needs, one unit for all. */
export function timeTickLabel(ms: number, stepMs: number, spanEndMs: number): string {
  if (spanEndMs < SECOND) return `${trimmed(ms, stepMs)} ms`;
  if (spanEndMs < 2 * MINUTE) return `${trimmed(ms / SECOND, stepMs / SECOND)} s`;
  const decimals = stepMs < SECOND ? Math.min(3, Math.ceil(-Math.log10(stepMs / SECOND) - 1e-9)) : 0;
  const hours = Math.floor(ms / HOUR);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  const seconds = ((ms % MINUTE) / SECOND).toFixed(decimals).padStart(decimals > 0 ? decimals + 3 : 2, '0');
  const padded = String(minutes).padStart(2, '0');
  return hours > 0 || spanEndMs >= HOUR ? `${hours}:${padded}:${seconds}` : `${minutes}:${seconds}`;
}

function trimmed(value: number, step: number): string {
  const decimals = step >= 1 ? 0 : Math.min(3, Math.ceil(-Math.log10(step) - 1e-9));
  return value.toFixed(decimals);
}

/** Distance between neighbouring ticks; the whole span where there are fewer than two. */
export function tickStep(ticks: readonly number[]): number {
  const [first, second] = ticks;
  return first === undefined || second === undefined ? Math.max(1, Math.abs(first ?? 1)) : Math.abs(second - first);
}
