import { expect, it } from 'vitest';

import { interruptionText } from '../../../shared/format/interruption-text.ts';

it.each([
  [812, 0, { inFlight: 6, parked: 0 }, 'Interrupted at 812 of 1,000', '6 in flight may have been billed; resuming sends them once more, flagged.'],
  [810, 2, { inFlight: 1, parked: 0 }, 'Interrupted at 812 of 1,000', '1 in flight may have been billed; resuming sends it once more, flagged.'],
  // Parked tasks were not failures when the program ended.
  [810, 4, { inFlight: 6, parked: 2 }, 'Interrupted at 812 of 1,000', '6 in flight may have been billed: 2 of them are kept with the failures, resuming sends the other 4 once more, flagged.'],
  [812, 1, { inFlight: 2, parked: 1 }, 'Interrupted at 812 of 1,000', '2 in flight may have been billed: 1 of them is kept with the failures, resuming sends the other 1 once more, flagged.'],
  [810, 2, { inFlight: 2, parked: 2 }, 'Interrupted at 810 of 1,000', '2 in flight may have been billed and are kept with the failures, for you to decide.'],
  [1, 1, { inFlight: 1, parked: 1 }, 'Interrupted at 1 of 1,000', '1 in flight may have been billed and is kept with the failures, for you to decide.'],
  [812, 0, { inFlight: 0, parked: 0 }, 'Interrupted at 812 of 1,000', 'nothing was in flight.'],
  [812, 0, null, 'Interrupted at 812 of 1,000', ''],
])('says how far a run was and what became of what was in flight: %i done, %i failed, %j', (completed, failed, interruption, title, sentence) => {
  expect(interruptionText({ completed, failed, total: 1000, interruption })).toEqual({ title, sentence });
});
