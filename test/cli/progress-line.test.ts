import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { liveLine, logLine, type ProgressState } from '../../electron/cli/progress-line.ts';
import { createProgressRate } from '../../electron/cli/progress-rate.ts';
import { DEFAULTS } from '../../shared/vocabulary.ts';

const RUNNING: ProgressState = {
  run: { status: 'running', total: 120, completed: 39, failed: 3, cancelled: 0, running: 4, limitedBy: 'setting', trouble: null },
  tokensPerSecond: 57.4,
  remainingMs: [41_000, 58_000],
  quietMs: 200,
};

describe('liveLine', () => {
  it('shows the bar, the counts, what is in flight, the time left and the tokens', () => {
    expect(liveLine(RUNNING, 120)).toBe('[========>---------------] 42/120  3 failed  4 in flight  about 40 s to 1 min left  57 tokens/s');
  });

  it('leaves out the least important parts first on a narrow terminal, the counts never', () => {
    expect(liveLine(RUNNING, 45)).toBe('[====>-------] 42/120  3 failed  4 in flight');
    expect(liveLine(RUNNING, 44)).toBe('[===>-------] 42/120  3 failed  4 in flight');
    expect(liveLine(RUNNING, 42)).toBe('[=======>--------------] 42/120  3 failed');
    expect(liveLine(RUNNING, 19)).toBe('42/120');
  });

  it('never fills the last column, where some terminals wrap and leave a trail of lines', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), fc.nat(1_000_000), (columns, completed) => {
        const state = { ...RUNNING, run: { ...RUNNING.run, total: 1_000_000, completed } };
        expect(liveLine(state, columns).length).toBeLessThanOrEqual(columns - 1);
      }),
    );
  });

  it('takes 80 columns where the terminal does not know its width', () => {
    expect(liveLine(RUNNING, 0)).toBe(liveLine(RUNNING, 80));
  });

  it('says how many are finishing while it pauses, and promises no time', () => {
    expect(liveLine({ ...RUNNING, run: { ...RUNNING.run, status: 'pausing' } }, 120)).toBe('[========>---------------] 42/120  finishing 4  3 failed  57 tokens/s');
  });

  it('is full at the end and not before', () => {
    const run = { ...RUNNING.run, failed: 0, running: 0 };
    expect(liveLine({ ...RUNNING, remainingMs: null, tokensPerSecond: null, run: { ...run, completed: 120 } }, 80)).toBe('[========================] 120/120  0 in flight');
    expect(liveLine({ ...RUNNING, remainingMs: null, tokensPerSecond: null, run: { ...run, completed: 119, running: 1 } }, 80)).toBe('[=======================>] 119/120  1 in flight');
  });
});

describe('logLine', () => {
  it('is one plain line without a bar, and says when nothing comes any more', () => {
    expect(logLine({ ...RUNNING, quietMs: 25_000, remainingMs: null, run: { ...RUNNING.run, limitedBy: 'rate_limit' } })).toBe('42/120, 3 failed, 4 in flight, nothing new for 25.0 s, 57 tokens/s, slowed by a rate limit\n');
    expect(logLine({ ...RUNNING, remainingMs: null, run: { ...RUNNING.run, running: 0, limitedBy: 'rate_limit' } })).toBe('42/120, 3 failed, 0 in flight, 57 tokens/s, waiting for a rate limit\n');
    expect(logLine({ ...RUNNING, remainingMs: null, run: { ...RUNNING.run, running: 1, limitedBy: 'provider', trouble: 'The connection was refused.\u001b[2J' } })).toBe('42/120, 3 failed, 1 in flight, provider in trouble (The connection was refused.\\x1b[2J), probing, 57 tokens/s\n');
  });
});

describe('createProgressRate', () => {
  const settings = { template: '', system: '', providerId: null, providerName: '', baseUrl: '', simulated: true, model: '', ...DEFAULTS, maxTokens: null, temperature: null, stream: true };
  const sample = (atMs: number, completed: number, outputTokens: number) => ({ atMs, activeMs: atMs, completed, failed: 0, cancelled: 0, attempts: completed, outputTokens, settings, total: 100 });

  it('says nothing about the time left until max(5, concurrency) tasks have finished', () => {
    const rate = createProgressRate();
    rate.add(sample(0, 0, 0));
    rate.add(sample(4000, 4, 40));
    expect(rate.remainingMs(4000)).toBeNull();
    rate.add(sample(16_000, 16, 160));
    expect(rate.remainingMs(16_000)).toEqual([42_000, 126_000]);
  });

  it('does not take an hour in which the machine slept for work: the time left stays what it was', () => {
    const rate = createProgressRate();
    rate.add(sample(0, 0, 0));
    rate.add(sample(16_000, 16, 160));
    rate.add({ ...sample(17_000, 17, 170), atMs: 3_617_000 });
    expect(rate.remainingMs(3_617_000)?.map(Math.round)).toEqual([42_739, 123_261]);
  });

  it('counts only tasks that finished while it watched, so that a resumed run is not promised to be instant', () => {
    const rate = createProgressRate();
    rate.add(sample(0, 90, 900));
    rate.add(sample(1000, 91, 910));
    expect(rate.remainingMs(1000)).toBeNull();
  });

  it('lets tokens per second fall to 0 when nothing comes, and counts the silence', () => {
    const rate = createProgressRate();
    rate.add(sample(0, 0, 0));
    rate.add(sample(2000, 2, 200));
    expect(rate.tokensPerSecond(2000)).toBe(100);
    for (let atMs = 3000; atMs <= 30_000; atMs += 1000) rate.add(sample(atMs, 2, 200));
    expect(rate.tokensPerSecond(30_000)).toBe(0);
    expect(rate.quietMs(30_000)).toBe(28_000);
  });
});
