import { describe, expect, test } from 'vitest';

import type { AttemptOutcome } from '../../electron/executors/executor.ts';
import { answerJson, beginStream, completionOf } from '../fixtures/misbehaviour.ts';
import { type Handler, KEY, REQUEST, send, STREAM, Watcher } from './executor-under-test.ts';

const WITH_KEY = `an echo of ${KEY}, twice: ${encodeURIComponent(KEY)}`;
const HEADERS = { 'x-request-id': `req ${KEY}` };
/** Parts of the key this long tell something of it. */
const PART = KEY.slice(0, 8);

const stream = (events: readonly object[], rest = ''): Handler => (response) => {
  beginStream(response, HEADERS);
  response.end(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('') + rest);
};

const echoes: readonly (readonly [string, Handler, typeof REQUEST])[] = [
  ['every member of an answer', (response) => answerJson(response, { ...completionOf(WITH_KEY, `stop ${KEY}`), model: `model ${KEY}` }, 200, HEADERS), REQUEST],
  ['a model and a finish_reason that are long', (response) => answerJson(response, { ...completionOf('4', 'x'.repeat(190) + KEY), model: 'y'.repeat(190) + KEY }, 200, HEADERS), REQUEST],
  ['every member of a stream', stream([{ model: `model ${KEY}`, choices: [{ delta: { content: 'an ec' } }] }, { choices: [{ delta: { content: WITH_KEY }, finish_reason: `stop ${KEY}` }] }], 'data: [DONE]\n\n'), STREAM],
  ['a stream that ends within the key', stream([{ choices: [{ delta: { content: KEY.slice(0, 20) } }] }]), STREAM],
  ['a stream with an event that is no JSON', stream([{ choices: [{ delta: { content: 'half' } }] }], `data: ${KEY.repeat(20)}\n\n`), STREAM],
  ['an error with a code', (response) => answerJson(response, { error: { message: WITH_KEY, code: KEY, type: KEY } }, 400, HEADERS), REQUEST],
  ['a code and a message that are long', (response) => answerJson(response, { error: { message: 'x'.repeat(1990) + KEY, code: 'y'.repeat(90) + KEY } }, 400, HEADERS), REQUEST],
  ['a redirect', (response) => response.writeHead(307, { location: `https://example.com/${'x'.repeat(270)}${KEY}`, ...HEADERS }).end(), REQUEST],
  ['an encoding', (response) => response.writeHead(200, { 'content-encoding': 'x'.repeat(40) + KEY, ...HEADERS }).end('4'), REQUEST],
  ['an answer that is no JSON', (response) => response.writeHead(200, HEADERS).end(KEY.repeat(20)), REQUEST],
  ['an answer that breaks off where 2 KB of it are kept', (response) => response.writeHead(200, { 'content-length': 9000, ...HEADERS }).write('x'.repeat(2048 - 20) + KEY, () => response.destroy()), REQUEST],
];

describe('case 80: the key is echoed', () => {
  test.each(echoes)('case 80: in %s, and neither it nor half of it is kept or shown', async (_where, handler, request) => {
    const watcher = new Watcher();
    const outcome: AttemptOutcome = await send(handler, request, {}, watcher);
    const kept = JSON.stringify([outcome, watcher.deltas, watcher.deltas.join('')]);
    expect(kept).not.toContain(PART);
    expect(kept).toContain('[key redacted]');
  });

  test('what a provider calls its model and its reason to stop is kept, but not at any length', async () => {
    const outcome = await send((response) => answerJson(response, { ...completionOf('4', 'f'.repeat(1000)), model: 'm'.repeat(1000) }));
    expect(outcome).toMatchObject({ ok: true, finishReason: 'f'.repeat(200), model: 'm'.repeat(200) });
  });
});
