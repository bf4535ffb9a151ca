import { describe, expect, it, vi } from 'vitest';

import { showProgress } from '../../electron/cli/progress.ts';
import type { CliIo } from '../../electron/cli/io.ts';
import { DEFAULTS, type RunHeader } from '../../shared/vocabulary.ts';

const HEADER: RunHeader = {
  runId: 'r1',
  batchId: 'b1',
  batchName: 'tasks',
  status: 'running',
  stopReason: null,
  stopMessage: null,
  settings: { template: '', system: '', providerId: null, providerName: '', baseUrl: '', simulated: true, model: '', ...DEFAULTS, maxTokens: null, temperature: null, stream: true },
  total: 10,
  queued: 3,
  running: 4,
  completed: 2,
  failed: 1,
  cancelled: 0,
  attempts: 7,
  retries: 0,
  inputTokens: 0,
  outputTokens: 0,
  effectiveConcurrency: 4,
  peakInFlight: 4,
  limitedBy: 'setting',
  activeMs: 0,
  firstSentMs: 0,
  lastFinishedMs: null,
  trouble: null,
  interruption: null,
  slotSteps: [],
  createdAt: '',
  startedAt: null,
  endedAt: null,
};

async function drawn(env: CliIo['env'], isTTY = true): Promise<string> {
  let text = '';
  const io: CliIo = { stdout: () => undefined, stderr: (part) => void (text += part), env, cwd: '/', isTTY, columns: 80, onInterrupt: () => () => undefined, serve: () => Promise.resolve(0) };
  const progress = showProgress(io);
  progress.update(HEADER);
  if (isTTY) await vi.waitUntil(() => text.includes('3/10'), { timeout: 10_000 });
  progress.say('A sentence.');
  progress.end();
  return text;
}

const LINE = '[=======>----------------] 3/10  1 failed  4 in flight';

describe('showProgress', () => {
  it('redraws one line in place and wipes it before a sentence, so that nothing is left of it', async () => {
    const blank = `\r${' '.repeat(LINE.length)}\r`;
    expect(await drawn({ NO_COLOR: '1' })).toBe(`\r${LINE}${blank}A sentence.\n`);
  });

  it('marks failures red, unless NO_COLOR or a plain terminal forbids it', async () => {
    expect(await drawn({})).toContain('\u001b[31m1 failed\u001b[39m');
    expect(await drawn({ NO_COLOR: '' })).toContain('\u001b[31m');
    expect(await drawn({ NO_COLOR: '0' })).not.toContain('\u001b');
    expect(await drawn({ TERM: 'dumb' })).not.toContain('\u001b');
  });

  it('writes no carriage return and no bar to a log', async () => {
    expect(await drawn({}, false)).toBe('A sentence.\n');
  });
});
