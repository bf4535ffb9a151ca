import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closingLine, countsOf, playwrightCounts, sum, vitestCounts } from '../counts.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tasklane-counts-'));
});
afterAll(() => rm(folder, { recursive: true }));

const vitest = (change: object): string => JSON.stringify({ numPassedTests: 7, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [], ...change });

test('a test file that cannot be loaded counts as a failure, although none of its tests failed', () => {
  expect(vitestCounts(vitest({ testResults: [{ status: 'failed', assertionResults: [] }, { status: 'passed', assertionResults: [{ status: 'passed' }] }] }))).toEqual({ passed: 7, failed: 1, skipped: 0 });
  expect(vitestCounts(vitest({ numFailedTests: 2, testResults: [{ status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'failed' }] }] }))).toEqual({ passed: 7, failed: 2, skipped: 0 });
});

test('a flaky test and an error outside of any test are failures', () => {
  expect(playwrightCounts(JSON.stringify({ stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 2 }, errors: [{}] }))).toEqual({ passed: 5, failed: 3, skipped: 2 });
});

test('a runner that dies without a report, or ends badly with a clean one, is never green', async () => {
  const report = join(folder, 'report.json');
  expect(await countsOf(join(folder, 'missing.json'), 0, vitestCounts)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  await writeFile(report, vitest({}));
  expect(await countsOf(report, 1, vitestCounts)).toEqual({ passed: 7, failed: 1, skipped: 0 });
  expect(await countsOf(report, 0, vitestCounts)).toEqual({ passed: 7, failed: 0, skipped: 0 });
});

test('the closing line adds up all parts and names skipped tests only when there are some', () => {
  const parts = [{ passed: 7, failed: 0, skipped: 0 }, { passed: 5, failed: 3, skipped: 2 }];
  expect([closingLine(sum(parts)), closingLine(sum(parts.slice(0, 1)))]).toEqual(['12 passed, 3 failed, 2 skipped', '7 passed, 0 failed']);
});
