import { expect, test } from 'vitest';

import { runCampaign } from './campaign.ts';
import { FAULTS } from './edits/faults.ts';

const TIMEOUT_MS = 600_000;

test('20 kills at random moments and at every named place lose no result, send nothing done again and leave no spend unrecorded', { timeout: TIMEOUT_MS }, async () => {
  const { violations, kills, killsBy, ends, batches, tasks, requests } = await runCampaign({ kills: 20, seed: 20_261_123, batchSize: 200 });
  expect(violations).toEqual([]);
  expect(kills).toBe(20);
  expect(killsBy.size).toBeGreaterThan(8);
  expect(ends).toBeLessThanOrEqual(batches);
  expect(tasks.completed + tasks.failed).toBe(batches * 200);
  expect(tasks.interrupted).toBeGreaterThan(0);
  expect(requests).toBeGreaterThan(batches * 200);
});

test.for(FAULTS.map(({ name, breaks, ...fault }) => [name, breaks, { name, breaks, ...fault }] as const))(
  'the harness notices the seeded fault %s as a violation of %s, so its silence about the sound program means something',
  { timeout: TIMEOUT_MS },
  async ([, breaks, fault]) => {
    const { caught, violations } = await runCampaign({ kills: 6, seed: 1, batchSize: 150, fault });
    expect(violations.map(({ rule }) => rule)).toContain(breaks);
    expect(caught).toBe(true);
  },
);
