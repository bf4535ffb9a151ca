import type { ClockGap } from '../vocabulary.ts';
import { formatDuration } from './format.ts';

/** One sentence for people on a stretch in which time did not pass as usual. */
export function gapSentence({ kind, durationMs }: ClockGap): string {
  const length = formatDuration(Math.abs(durationMs));
  switch (kind) {
    case 'slept':
      return `This machine slept for ${length}; the run goes on, and the time does not count.`;
    case 'stopped':
      return `Tasklane stood still for ${length}; the run goes on, and the time does not count.`;
    case 'clock':
      return `The clock of this machine was set ${durationMs < 0 ? 'back' : 'forward'} by ${length}; durations are not affected.`;
  }
}
