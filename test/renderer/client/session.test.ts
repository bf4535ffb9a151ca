import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openSession } from '../../../renderer/client/session.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that takes each code once. */
async function startServer(): Promise<string> {
  const codes = new Set(['good']);
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (piece: Buffer) => (text += piece.toString()));
    request.on('end', () => {
      const { code } = JSON.parse(text) as { code: string };
      const ok = request.method === 'POST' && request.url === '/api/session' && codes.delete(code);
      response.writeHead(ok ? 200 : 403, { 'content-type': 'application/json' });
      response.end(JSON.stringify(ok ? { ok: true, value: { token: 'token-1' } } : { ok: false, error: { code: 'forbidden', message: 'no', hint: '' } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function storage(): Pick<Storage, 'getItem' | 'setItem'> {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

test('the one-time code becomes a token, leaves the address, and a reload needs no code', async () => {
  const origin = await startServer();
  const kept = storage();
  let removed = 0;
  const place = { origin, storage: kept, removeFragment: () => void (removed += 1) };
  expect(await openSession({ ...place, fragment: '#code=good' })).toBe('token-1');
  expect(removed).toBe(1);
  expect(await openSession({ ...place, fragment: '' })).toBe('token-1');
});

test('an address without a code says to copy the whole address', async () => {
  const place = { origin: 'http://127.0.0.1:9', storage: storage(), removeFragment: () => undefined };
  await expect(openSession({ ...place, fragment: '' })).rejects.toMatchObject({ code: 'forbidden', message: 'This address needs the one-time code.', hint: 'Copy the whole address from the terminal, including the part after #.' });
});

test('a code that was used already is refused in words', async () => {
  const origin = await startServer();
  await openSession({ origin, storage: storage(), fragment: '#code=good', removeFragment: () => undefined });
  await expect(openSession({ origin, storage: storage(), fragment: '#code=good', removeFragment: () => undefined })).rejects.toMatchObject({ code: 'forbidden', message: 'The one-time code of this address was used already or is wrong.' });
});

test('a program that no longer runs is named, not a bare network error', async () => {
  await expect(openSession({ origin: 'http://127.0.0.1:9', storage: storage(), fragment: '#code=x', removeFragment: () => undefined })).rejects.toMatchObject({ name: 'ClientError', code: 'internal', message: 'Tasklane does not answer at this address.' });
});
