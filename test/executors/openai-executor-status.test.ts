import { describe, expect, test } from 'vitest';
import { answerJson, completionOf } from '../fixtures/misbehaviour.ts';
import { executorFor, failureOf, NOTHING, provider, REQUEST, send, Watcher } from './executor-under-test.ts';

describe('statuses', () => {
  test.each([
    [401, { error: { message: 'bad key', code: 'invalid_api_key' } }, 'auth', 'invalid_api_key'],
    [403, { error: { message: 'no', type: 'forbidden' } }, 'auth', 'forbidden'],
    [402, { error: { message: 'pay' } }, 'quota', null],
    [429, { error: { message: 'out of credit', type: 'insufficient_quota', code: 'insufficient_quota' } }, 'quota', 'insufficient_quota'],
    [429, { error: { message: 'slow down', code: 'rate_limit_exceeded' } }, 'rate_limit', 'rate_limit_exceeded'],
    [404, { error: { message: 'no such model', code: 'model_not_found' } }, 'bad_request', 'model_not_found'],
    [400, { error: { message: 'bad temperature', type: 'invalid_request_error', code: null } }, 'bad_request', 'invalid_request_error'],
    [400, { error: { message: 'too long', code: 'context_length_exceeded' } }, 'context_length', 'context_length_exceeded'],
    [413, { error: 'too large' }, 'bad_request', null],
    [422, { detail: [{ msg: 'field required' }] }, 'bad_request', null],
    [409, {}, 'server', null],
    [408, {}, 'server', null],
    [500, { error: { message: 'oops' } }, 'server', null],
    [501, {}, 'bad_request', null],
    [503, [{ error: { code: 503, message: 'later', status: 'UNAVAILABLE' } }], 'server', 'UNAVAILABLE'],
    [529, {}, 'server', null],
  ] as const)('%i with %j is %s', async (status, body, kind, code) => {
    const outcome = await send((response) => answerJson(response, body, status));
    expect(failureOf(outcome)).toEqual({ ...NOTHING, class: kind, httpStatus: status, code });
  });

  test('the message is the provider’s, and an HTML error page is not shown', async () => {
    const said = await send((response) => answerJson(response, { error: { message: 'Slow down, please.' } }, 429));
    expect(said).toMatchObject({ failure: { message: 'Slow down, please.' } });
    const page = await send((response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>'));
    expect(page).toMatchObject({ failure: { class: 'server', httpStatus: 502, message: 'The provider answered HTTP 502 without an explanation.' } });
  });

  test('a message of any length is cut at 2,000 characters', async () => {
    const outcome = await send((response) => answerJson(response, { error: { message: '😀'.repeat(5000) } }, 400));
    expect(outcome.ok === false && outcome.failure.message).toBe('😀'.repeat(1000));
  });

  test('what the provider says about waiting and retrying is kept', async () => {
    const outcome = await send((response) => answerJson(response, { error: { message: 'slow' } }, 429, { 'retry-after-ms': '1234', 'retry-after': '9', 'x-should-retry': 'false' }));
    expect(failureOf(outcome)).toEqual({ ...NOTHING, class: 'rate_limit', httpStatus: 429, retryAfterMs: 1234, shouldRetry: false });
  });

  test('a redirect is a failure that names its target, and the key does not follow it', async () => {
    const thief = await provider((response) => answerJson(response, completionOf('stolen')));
    for (const status of [301, 302, 307, 308]) {
      const outcome = await send((response) => response.writeHead(status, { location: `${thief.baseUrl}/chat/completions` }).end());
      expect(failureOf(outcome)).toEqual({ ...NOTHING, class: 'redirect', httpStatus: status });
      expect(outcome.ok === false && outcome.failure.message).toContain(thief.baseUrl);
    }
    expect(thief.requests).toEqual([]);
  });

  test('the client does not retry on its own', async () => {
    const server = await provider((response) => answerJson(response, {}, 500, { 'x-should-retry': 'true' }));
    await executorFor(server.baseUrl).send(REQUEST, new AbortController().signal, new Watcher());
    expect(server.requests.length).toBe(1);
  });
});
