import { expect, test } from 'vitest';

import { answers, chunkOf, DONE_EVENT, floods, gzipBomb, says, streams } from '../fixtures/misbehaviour.ts';
import type { Behaviour } from '../fixtures/misbehaving-server.ts';
import { DONE, failedAfter, oddly, prepare, rowOf, run, type Place } from './failure-table-row.ts';

const STREAM = { stream: true } as const;

function kept({ bench, runId }: Place): string | null {
  return bench.store.results.get(runId, 0)?.output ?? null;
}

function codeOf({ bench, runId }: Place): string | null | undefined {
  return bench.store.runTasks.standing(runId, 0).failure?.code;
}

const PAGE = `<html>${'Sign in. '.repeat(1000)}</html>`;

test.each<readonly [string, Behaviour, string, string | null]>([
  ['an HTML page', says(200, PAGE), 'not_json', PAGE.slice(0, 2048)],
  ['text', says(200, 'It works!'), 'not_json', 'It works!'],
  ['half of a JSON', says(200, '{"choices": [{', { 'content-type': 'application/json' }), 'not_json', '{"choices": [{'],
  ['nothing at all', says(200, '', { 'content-type': 'application/json' }), 'not_json', null],
  ['no choices', says(200, { choices: [] }), 'no_choices', '{"choices":[]}'],
  ['choices without a message', says(200, { choices: [{}] }), 'no_choices', '{"choices":[{}]}'],
  ['an error', says(200, { error: { message: 'overloaded', code: 'server_busy' } }), 'server_busy', '{"error":{"message":"overloaded","code":"server_busy"}}'],
  ['more than is accepted', floods('{"choices":[', ' ', ']}', 3_000_000), 'answer_too_large', `{"choices":[${' '.repeat(2048 - 12)}`],
  ['a gzip bomb', gzipBomb(100), 'encoded_answer', null],
])('failure table: %s with status 200 gets 1 retry, then lies among the failures with its first 2 KB', async (_name, behaviour, code, head) => {
  const place = await run(await prepare(oddly(behaviour), { executor: { maxAnswerBytes: 1_000_000 } }));
  expect(rowOf(place)).toEqual({ ...failedAfter(2, 'invalid_response', 200), maybeBilled: true, flags: ['maybeBilledTwice'] });
  expect([codeOf(place), kept(place)]).toEqual([code, head]);
});

test('failure table: a good answer after a senseless one is done', async () => {
  const place = await run(await prepare(oddly(says(200, PAGE), answers('fine'))));
  expect(rowOf(place)).toEqual({ ...DONE, sends: 2, attempts: 2, spent: 2, flags: ['maybeBilledTwice'] });
  expect(kept(place)).toBe('fine');
});

test.each<readonly [string, Behaviour, string]>([
  ['bad JSON', streams(`${chunkOf('half')}data: {"choices": [\n\n`), 'bad_json'],
  ['its end without finish_reason and [DONE]', streams(chunkOf('half')), 'stream_incomplete'],
  ['silence', streams(chunkOf('half'), 'falls silent'), 'stream_silent'],
  ['finish_reason error', streams(chunkOf('half') + chunkOf('', 'error') + DONE_EVENT), 'finish_reason_error'],
  ['an error event', streams(`${chunkOf('half')}data: {"error":{"code":"server_busy","message":"later"}}\n\n`), 'server_busy'],
])('failure table: a stream cut by %s keeps the partial text and gets 1 retry', async (_name, behaviour, code) => {
  const place = await run(await prepare(oddly(behaviour), { settings: STREAM, executor: { streamSilenceMs: 400 } }));
  expect(rowOf(place)).toEqual({ ...failedAfter(2, 'stream_cut', 200), maybeBilled: true, flags: ['maybeBilledTwice'] });
  expect([codeOf(place), kept(place)]).toEqual([code, 'half']);
});

test('failure table: a stream that is cut once and whole the second time holds the whole text alone', async () => {
  const place = await run(await prepare(oddly(streams(chunkOf('half')), answers('whole')), { settings: STREAM }));
  expect(rowOf(place)).toEqual({ ...DONE, sends: 2, attempts: 2, spent: 2, flags: ['maybeBilledTwice'] });
  expect(kept(place)).toBe('whole');
});

test.each([
  [null, 'unconfirmed'],
  ['length', 'cutShort'],
  ['content_filter', 'filtered'],
] as const)('failure table: an answer with finish_reason %s is done and flagged, without a retry, streamed and whole', async (finishReason, flag) => {
  for (const stream of [false, true]) {
    const place = await run(await prepare(oddly(answers('as far as it goes', finishReason)), { settings: { stream } }));
    expect(rowOf(place)).toEqual({ ...DONE, flags: [flag] });
    expect(place.bench.store.results.get(place.runId, 0)).toEqual({ output: 'as far as it goes', finishReason, model: 'mock-1' });
  }
});

test('failure table: a stream with its finish_reason but without [DONE] is complete', async () => {
  const place = await run(await prepare(oddly(streams(chunkOf('whole', 'stop'))), { settings: STREAM }));
  expect(rowOf(place)).toEqual(DONE);
  expect(kept(place)).toBe('whole');
});
