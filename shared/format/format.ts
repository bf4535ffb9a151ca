/** Shown where there is no number. */
const NOTHING = '–';
const KNOWN_NOT = 'unknown';

function grouped(whole: number): string {
  return whole.toFixed(0).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/**
 * A length of time in ms for people: "840 ms", "2.8 s", "1 min 05 s", "2 h 03 min", "3 d 04 h". Units below are rounded,
 * and a rounded value moves on to the next unit ("1.0 s", never "1000 ms"). NaN, infinite and null give "–".
 */
export function formatDuration(durationMs: number | null): string {
  if (durationMs === null || !Number.isFinite(durationMs)) return NOTHING;
  if (durationMs < 0) return `-${formatDuration(-durationMs)}`;
  if (durationMs > 0 && durationMs < 1) return '<1 ms';
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`;
  if (durationMs < 59_950) return `${(durationMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`;
  const minutes = Math.round(durationMs / 60_000);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
  const hours = Math.round(durationMs / 3_600_000);
  return `${Math.floor(hours / 24)} d ${twoDigits(hours % 24)} h`;
}

/** A count with thousands separated: "1,240". Rounded to a whole number. */
export function formatCount(count: number | null): string {
  if (count === null || !Number.isFinite(count)) return NOTHING;
  const whole = Math.round(Math.abs(count));
  return `${count < 0 && whole > 0 ? '-' : ''}${grouped(whole)}`;
}

/** A count with its noun: "1 task", "1,240 tasks". The plural is the noun with an s unless it is given. */
export function formatCounted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${Math.round(count) === 1 ? noun : plural}`;
}

const BYTE_UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** A size for people in powers of 1,000, as file managers show it: "512 B", "1.2 kB", "340 MB". */
export function formatBytes(sizeBytes: number | null): string {
  if (sizeBytes === null || !Number.isFinite(sizeBytes)) return NOTHING;
  if (sizeBytes < 999.5) return `${Math.round(sizeBytes)} B`;
  let scaled = sizeBytes / 1000;
  let unit = 0;
  while (scaled >= 999.5 && unit < BYTE_UNITS.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${scaled < 99.95 ? scaled.toFixed(1) : grouped(Math.round(scaled))} ${BYTE_UNITS[unit]!}`;
}

/** A speedup factor with one decimal: "2.4x"; null gives "unknown". */
export function formatSpeedup(speedup: number | null): string {
  return speedup === null || !Number.isFinite(speedup) ? KNOWN_NOT : `${speedup.toFixed(1)}x`;
}

/**
 * A fraction as a percentage: 0.834 gives "83%". What is not quite all or nothing never reads so: 0.9999 gives ">99%"
 * and 0.0001 gives "<1%" (with one digit ">99.9%" and "<0.1%"). `digits` is 0 to 3.
 */
export function formatFraction(fraction: number | null, digits = 0): string {
  if (fraction === null || !Number.isFinite(fraction)) return NOTHING;
  const step = 10 ** -digits;
  const percent = fraction * 100;
  if (percent > 0 && percent < step / 2) return `<${step.toFixed(digits)}%`;
  if (percent < 100 && percent >= 100 - step / 2) return `>${(100 - step).toFixed(digits)}%`;
  return `${percent.toFixed(digits)}%`;
}

/** Money in US dollars: "$12.40", "$0.42", "$0.0042", "<$0.0001"; null means that the price is not known and gives "unknown". */
export function formatCost(costUsd: number | null): string {
  if (costUsd === null || !Number.isFinite(costUsd)) return KNOWN_NOT;
  if (costUsd === 0) return '$0.00';
  if (costUsd < 0.0001) return '<$0.0001';
  if (costUsd < 0.00995) return `$${costUsd.toFixed(4)}`;
  const cents = Math.round(costUsd * 100);
  return `$${grouped(Math.floor(cents / 100))}.${twoDigits(cents % 100)}`;
}

/** A rate such as tokens per second: "1,240/s", "8.5/s", "0/s". */
export function formatRate(perSecond: number | null): string {
  if (perSecond === null || !Number.isFinite(perSecond)) return NOTHING;
  return perSecond > 0 && perSecond < 9.95 ? `${perSecond.toFixed(1)}/s` : `${formatCount(perSecond)}/s`;
}
