import { describe, expect, it } from 'vitest';

import { summaryText } from '../../electron/cli/summary-text.ts';
import type { RunSummary } from '../../shared/contract/summary.ts';

const SUMMARY: RunSummary = {
  runId: 'r7',
  batch: 'reviews',
  status: 'paused',
  stopReason: 'quota',
  provider: 'llm.example',
  model: 'gpt-x',
  simulated: false,
  total: 1240,
  completed: 1000,
  failed: 3,
  cancelled: 0,
  queued: 237,
  attempts: 1010,
  retries: 7,
  wallMs: 65_000,
  sumServiceMs: 240_000,
  meanServiceMs: 240,
  peakInFlight: 4,
  concurrency: 4,
  speedupEstimated: 3.69,
  theoreticalMax: 4,
  slotUtilisationFraction: 0.92,
  lowerBoundMs: 60_000,
  efficiencyVsLowerBound: 0.92,
  latencyMs: { p50: 200, p90: 420, p95: null, p99: null },
  timeToFirstTokenMs: { p50: null, p90: null, p95: null, p99: null },
  tokens: { input: 12_345, output: 67_890 },
  costUsd: null,
  failuresByClass: { bad_request: 2, timeout: 1 },
  flagged: { maybeBilledTwice: 0, edited: 0, cutShort: 0, filtered: 0, unconfirmed: 0 },
  account: { slotMs: 260_000, serviceMs: 240_000, dispatchGapMs: 0, rampMs: 2600, rateWaitMs: 13_000, backoffMs: 0, tailMs: 4400 },
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: null,
};

describe('summaryText', () => {
  it('tells counts, times, the estimate with its ceiling, the losses and the reason of a stop, and calls an unknown cost unknown', () => {
    expect(summaryText(SUMMARY).trimEnd().split('\n')).toEqual([
      'Run          r7, reviews',
      'Status       Paused. The account at the provider is out of credit or quota; top it up, then resume.',
      'Provider     llm.example, model gpt-x',
      'Tasks        1,000 of 1,240 completed, 3 failed, 237 not done yet',
      'Attempts     1,010, of which 7 retries',
      'Wall time    1 min 05 s with 4 at once (peak in flight 4)',
      'Speedup      estimated 3.7x of at most 4.0x (sum of service times / wall; too high where the server slows down under load)',
      'Lower bound  1 min 00 s for these tasks at this concurrency (efficiency 92%)',
      'Latency      p50 200 ms, p90 420 ms',
      'Tokens       12,345 in, 67,890 out; cost unknown',
      'Slot time    service 92.3%, ramp 1.0%, rate wait 5.0%, tail 1.7%',
      'Failures     1 Timed out (timeout)',
      'Failures     2 Request refused (bad_request)',
    ]);
  });

  it('labels what is simulated, and promises nothing where nothing was sent', () => {
    const text = summaryText({ ...SUMMARY, simulated: true, speedupEstimated: null, latencyMs: { p50: null, p90: null, p95: null, p99: null }, account: { ...SUMMARY.account, slotMs: 0 } });
    expect(text).toContain('(simulated: answers, times and tokens are not real)');
    expect(text).not.toMatch(/^(Speedup|Latency|Slot time)/m);
  });

  it('claims no speedup where no task completed', () => {
    expect(summaryText({ ...SUMMARY, completed: 0, failed: 1003 })).not.toMatch(/^(Speedup|Lower bound)/m);
  });

  it('names what someone who uses the answers should know, and says nothing of flags that no answer has', () => {
    const text = summaryText({ ...SUMMARY, flagged: { maybeBilledTwice: 2, edited: 1, cutShort: 3, filtered: 0, unconfirmed: 1200 } });
    expect(text).toContain('\nFlagged      2 answers may have been billed twice, 1 sent with changed settings, 3 cut at the token limit, 1,200 without a finish reason\n');
    expect(summaryText({ ...SUMMARY, flagged: { ...SUMMARY.flagged, maybeBilledTwice: 1 } })).toContain('\nFlagged      1 answer may have been billed twice\n');
    expect(summaryText(SUMMARY)).not.toContain('Flagged');
  });

  it('tells why a run stands still as far as its header knows', () => {
    const stoppedBy = { stopMessage: 'The account is out of credit. The provider said: You\u001b[2J exceeded.', completed: 1000, failed: 3, total: 1240, interruption: null };
    expect(summaryText(SUMMARY, stoppedBy)).toContain('\nStatus       Paused. The account is out of credit. The provider said: You\\x1b[2J exceeded.\n');
    const interrupted = { ...SUMMARY, stopReason: 'interrupted', failed: 0, completed: 812, total: 1000 } as const;
    const header = { stopMessage: null, completed: 812, failed: 0, total: 1000, interruption: { inFlight: 6, parked: 0 } };
    expect(summaryText(interrupted, header)).toContain('\nStatus       Paused. Interrupted at 812 of 1,000; 6 in flight may have been billed; resuming sends them once more, flagged.\n');
    expect(summaryText({ ...SUMMARY, stopReason: 'user' }, stoppedBy)).toContain('\nStatus       Paused by you.\n');
  });

  it('escapes names that come from files and providers', () => {
    expect(summaryText({ ...SUMMARY, batch: '\u001b[2J', provider: 'a\rb', model: '\u202e' })).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });
});
