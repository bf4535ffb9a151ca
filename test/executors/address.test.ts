import { expect, test } from 'vitest';
import { guardedLookup, isForbiddenAddress } from '../../electron/executors/address.ts';

function look(host: string, loopbackOnly: boolean, all: boolean): Promise<string> {
  return new Promise((resolve) => {
    guardedLookup(loopbackOnly)(host, { all }, (error, result) => {
      resolve(error === null ? JSON.stringify(result) : (error.code ?? 'no code'));
    });
  });
}

test('a lookup refuses addresses that a base URL may not name, asked for one address or for all', async () => {
  for (const all of [true, false]) {
    expect(await look('169.254.169.254', false, all)).toBe('ERR_ADDRESS_REFUSED');
    expect(await look('192.0.2.1', true, all)).toBe('ERR_ADDRESS_REFUSED');
    expect(await look('192.0.2.1', false, all)).toContain('192.0.2.1');
    expect(await look('127.0.0.1', true, all)).toContain('127.0.0.1');
  }
});

test('an error of the lookup itself is handed on', async () => {
  expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(await look('no-such-host.invalid', false, true));
});

test('link-local and metadata addresses are forbidden, private ones are not', () => {
  const addresses = ['169.254.0.1', '100.100.100.200', 'fe80::1', '::ffff:169.254.169.254', '0.0.0.0', '::', '10.0.0.1', '192.168.0.1', 'fd00::1', '127.0.0.1'];
  expect(addresses.map(isForbiddenAddress)).toEqual([true, true, true, true, true, true, false, false, false, false]);
});
