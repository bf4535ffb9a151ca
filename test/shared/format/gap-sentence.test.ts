import { expect, it } from 'vitest';

import { gapSentence } from '../../../shared/format/gap-sentence.ts';
import type { ClockGap } from '../../../shared/vocabulary.ts';

it.each<[ClockGap['kind'], number, string]>([
  ['slept', 8 * 3_600_000, 'This machine slept for 8 h 00 min; the run goes on, and the time does not count.'],
  ['stopped', 600_000, 'Tasklane stood still for 10 min 00 s; the run goes on, and the time does not count.'],
  ['clock', -3_600_000, 'The clock of this machine was set back by 1 h 00 min; durations are not affected.'],
  ['clock', 365 * 86_400_000, 'The clock of this machine was set forward by 365 d 00 h; durations are not affected.'],
])('says what happened to the time, which way and for how long: %s by %i ms', (kind, durationMs, sentence) => {
  expect(gapSentence({ kind, durationMs, at: '2026-01-01T00:00:00.000Z' })).toBe(sentence);
});
