import { afterEach, expect, test } from 'vitest';
import { testConnection } from '../../electron/executors/connection.ts';
import type { MisbehavingServer } from '../fixtures/misbehaving-server.ts';
import { answerJson } from '../fixtures/misbehaviour.ts';
import { startProvider, type Handler } from './executor-under-test.ts';

const KEY = 'sk-canary-0123456789abcdef';
let server: MisbehavingServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function tested(handler: Handler, key: string | null = KEY, path = '/v1'): Promise<object> {
  server = await startProvider(handler);
  const { latencyMs, ...rest } = await testConnection({ baseUrl: server.baseUrl.replace('/v1', path), key, timeoutMs: 300 });
  expect(latencyMs).toBeGreaterThan(0);
  const host = new URL(server.baseUrl).host;
  await server.close();
  server = null;
  return { ...rest, message: rest.message.replaceAll(host, 'HOST') };
}

test('a list of models is named, sorted, and asked for with the key', async () => {
  server = await startProvider((response) => answerJson(response, { object: 'list', data: [{ id: 'b' }, { id: 'a' }, { noId: true }] }));
  const result = await testConnection({ baseUrl: server.baseUrl, key: KEY });
  expect(result).toEqual({ ok: true, message: 'Connected. 2 models. Whether the key may use them shows with the first request.', models: ['a', 'b'], latencyMs: result.latencyMs });
  expect(server.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([['/v1/models', `Bearer ${KEY}`]]);
});

test('each way of failing is explained in its own words', async () => {
  const no = (message: string) => ({ ok: false, models: [], message });
  expect(await tested((response) => answerJson(response, { error: { message: `Incorrect key ${KEY}` } }, 401))).toEqual(no('The key was rejected. (HTTP 401) It said: Incorrect key [key redacted]'));
  expect(await tested((response) => answerJson(response, {}, 401), null)).toEqual(no('The endpoint needs a key. (HTTP 401)'));
  expect(await tested((response) => answerJson(response, {}, 404), KEY, '/api')).toEqual(no('The endpoint has no list of models at this address (HTTP 404). Did you mean http://HOST/api/v1?'));
  expect(await tested((response) => response.end('<html>'))).toEqual(no('HOST answered, but with a web page instead of a list of models. Check the base URL.'));
  expect(await tested((response) => answerJson(response, {}, 503))).toEqual(no('The endpoint is out of order for the moment (HTTP 503).'));
  expect(await tested((response) => response.writeHead(301, { location: 'https://elsewhere.example/' }).end())).toEqual(
    no('The endpoint redirects to https://elsewhere.example/ (HTTP 301), which is not followed, so that the key goes nowhere else. Use that address if you trust it.'),
  );
  expect(await tested(() => undefined)).toEqual(no('HOST did not answer within 0.3 s. The connection stands, but no answer came.'));
  expect(await tested((response) => response.destroy())).toEqual(no('HOST: The connection was closed before the answer was complete.'));
});

test('nothing listening, a wrong URL and a wrong key are explained without a request', async () => {
  const gone = await startProvider(() => undefined);
  await gone.close();
  const results = [
    await testConnection({ baseUrl: gone.baseUrl, key: null }),
    await testConnection({ baseUrl: 'api.openai.com/v1', key: null }),
    await testConnection({ baseUrl: 'https://host.example/v1', key: 'schlüssel-geheim' }),
  ];
  expect(results.map(({ ok, message }) => ({ ok, message }))).toEqual([
    { ok: false, message: `${new URL(gone.baseUrl).host}: The connection was refused: nothing listens at that address.` },
    { ok: false, message: 'A base URL looks like https://host/v1, but "api.openai.com/v1" has no https:// in front. Did you mean https://api.openai.com/v1?' },
    { ok: false, message: 'Expected a key of printable ASCII characters, but this one contains others. Copy the key again from the provider, without spaces, quotes or line breaks.' },
  ]);
});

test('a test can be stopped', async () => {
  server = await startProvider(() => undefined);
  const result = await testConnection({ baseUrl: server.baseUrl, key: null, signal: AbortSignal.timeout(50) });
  expect({ ok: result.ok, message: result.message }).toEqual({ ok: false, message: 'The test was stopped.' });
});
