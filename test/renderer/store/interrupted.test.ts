import { expect, test } from 'vitest';
import { batchToOpen, isInterrupted } from '../../../renderer/store/interrupted.ts';
import type { BatchListItem } from '../../../shared/contract/commands.ts';
import type { RunHeader } from '../../../shared/vocabulary.ts';
import { headerOf, startProgram } from '../program.ts';

const interrupted = (change: Partial<RunHeader> = {}): RunHeader => headerOf({ status: 'paused', stopReason: 'interrupted', total: 1000, completed: 800, failed: 12, queued: 188, interruption: { inFlight: 6, parked: 0 }, ...change });
const batch = (batchId: string, latestRun: RunHeader | null): BatchListItem => ({ batchId, name: batchId, taskCount: 10, createdAt: '2026-01-01T00:00:00.000Z', latestRun });

test('at the start the batch that was interrupted last is opened, so that nobody has to look for it', async () => {
  const older = interrupted({ createdAt: '2026-01-01T00:00:00.000Z' });
  const newer = interrupted({ createdAt: '2026-01-02T00:00:00.000Z' });
  expect([batchToOpen([]), batchToOpen([batch('a', null), batch('b', headerOf())]), batchToOpen([batch('a', null), batch('b', older), batch('c', newer), batch('d', headerOf())])]).toEqual([null, 'a', 'c']);
  expect([isInterrupted(interrupted({ status: 'running', stopReason: null })), isInterrupted(null)]).toEqual([false, false]);

  const program = startProgram();
  const snapshot = await program.client.call('app.snapshot', {});
  program.answer('app.snapshot', () => ({ ...snapshot, batches: [batch('newest', null), batch('batch-1', older)] }));
  program.connection('connected');
  await program.settle();
  expect(program.screen.store.getState().batchId).toBe('batch-1');
});
