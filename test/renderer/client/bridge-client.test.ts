import { expect, test } from 'vitest';
import { bridgeClient } from '../../../renderer/client/bridge-client.ts';
import type { ConnectionState } from '../../../renderer/client/client.ts';
import type { Bridge } from '../../../shared/contract/bridge.ts';
import type { Reply } from '../../../shared/errors.ts';

const REFUSED = { ok: false, error: { code: 'file_not_found', message: 'There is no such file.', hint: 'Choose another.' } } as const;

function bridge(reply: Reply<never> | { readonly ok: true; readonly value: unknown }): Bridge {
  return { platform: 'linux', call: () => Promise.resolve(reply), subscribe: () => () => undefined, addFiles: () => Promise.resolve(REFUSED), chooseFiles: () => Promise.resolve({ ok: true, value: [] }), chooseTarget: () => Promise.resolve({ ok: true, value: null }), onMenu: () => () => undefined };
}

test('replies of the window become values or errors with their code', async () => {
  expect(await bridgeClient(bridge({ ok: true, value: { count: 2 } })).call('run.retry', { runId: 'r', indices: null, edit: null, concurrency: null })).toEqual({ count: 2 });
  await expect(bridgeClient(bridge(REFUSED)).call('run.list', {})).rejects.toMatchObject({ name: 'ClientError', ...REFUSED.error });
  await expect(bridgeClient(bridge(REFUSED)).addFiles([])).rejects.toMatchObject(REFUSED.error);
});

test('a cancelled dialog is no error', async () => {
  const client = bridgeClient(bridge(REFUSED));
  expect([await client.chooseFiles(), await client.chooseTarget('a.csv')]).toEqual([[], null]);
});

test('the window counts as connected, unless the listener left before it heard so', async () => {
  const states: ConnectionState[] = [];
  const client = bridgeClient(bridge(REFUSED));
  client.onConnection((state) => states.push(state));
  client.onConnection(() => states.push('lost'))();
  await Promise.resolve();
  expect(states).toEqual(['connected']);
});
