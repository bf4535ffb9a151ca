import { describe, expect, it } from 'vitest';

import { exitCodeOfError, exitCodeOfRun } from '../../electron/cli/exit-code.ts';
import type { StopReason } from '../../shared/vocabulary.ts';

describe('exitCodeOfRun', () => {
  it('is 0 only when every task completed', () => {
    expect(exitCodeOfRun({ status: 'completed', stopReason: null, completed: 3, total: 3 })).toBe(0);
    expect(exitCodeOfRun({ status: 'completed', stopReason: null, completed: 2, total: 3 })).toBe(1);
    expect(exitCodeOfRun({ status: 'cancelled', stopReason: null, completed: 2, total: 3 })).toBe(1);
  });

  it.each(['auth', 'quota', 'tls', 'model_not_found', 'rate_limit', 'offline', 'provider_down', 'identical_failures', 'disk', 'internal'] as const satisfies StopReason[])('is 3 when the batch was stopped: %s', (stopReason) => {
    expect(exitCodeOfRun({ status: 'paused', stopReason, completed: 1, total: 3 })).toBe(3);
  });

  it.each(['user', 'interrupted', null] as const)('is 130 when a person stopped it: %s', (stopReason) => {
    expect(exitCodeOfRun({ status: 'paused', stopReason, completed: 1, total: 3 })).toBe(130);
  });
});

describe('exitCodeOfError', () => {
  it('tells wrong usage, a stopped run and a fault of our own apart', () => {
    expect([exitCodeOfError('usage'), exitCodeOfError('unsupported'), exitCodeOfError('row_invalid'), exitCodeOfError('store_locked')]).toEqual([2, 2, 2, 2]);
    expect([exitCodeOfError('key_rejected'), exitCodeOfError('store_failed')]).toEqual([3, 3]);
    expect([exitCodeOfError('internal'), exitCodeOfError('command_invalid')]).toEqual([70, 70]);
  });
});
