/** A time as part of a file's name that sorts by time and that every system takes: 2026-01-31T12-00-00.000Z. */
export function timeName(time: Date): string {
  return time.toISOString().replaceAll(':', '-');
}
