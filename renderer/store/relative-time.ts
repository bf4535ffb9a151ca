const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** How long ago something was, in one unit, rounded down: "just now", "3 min ago", "2 h ago", "5 d ago". Both in epoch ms. */
export function timeAgo(atMs: number, nowMs: number): string {
  const passedMs = nowMs - atMs;
  if (!Number.isFinite(passedMs)) return '';
  if (passedMs < MINUTE_MS) return 'just now';
  if (passedMs < HOUR_MS) return `${Math.floor(passedMs / MINUTE_MS)} min ago`;
  return passedMs < DAY_MS ? `${Math.floor(passedMs / HOUR_MS)} h ago` : `${Math.floor(passedMs / DAY_MS)} d ago`;
}
