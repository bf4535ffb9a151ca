import { expect, test } from 'vitest';
import { draftChanges, inWords } from '../../../renderer/store/run-changes.ts';
import { DRAFT, headerOf } from '../program.ts';

const PROVIDERS = [{ id: 'sim', name: 'Simulated provider', baseUrl: '', model: 'simulated-1', simulated: true, keyHint: null }, { id: 'p', name: 'Local', baseUrl: 'http://127.0.0.1:1/v1', model: 'small', simulated: false, keyHint: null }];
const { settings } = headerOf();

test('case 57: every setting that decides an answer is named when it is no longer the run\'s own', () => {
  expect(draftChanges(settings, DRAFT, PROVIDERS)).toEqual([]);
  expect(draftChanges(settings, { ...DRAFT, template: 'x', system: 'y', providerId: 'p', model: 'small', maxTokens: 5, temperature: 1 }, PROVIDERS)).toEqual(['prompt', 'system prompt', 'provider', 'model', 'max tokens', 'temperature']);
});

test('what changes no answer is no change: concurrency, attempts, timeout, and a model left to the provider', () => {
  expect(draftChanges(settings, { ...DRAFT, concurrency: 99, maxAttempts: 1, timeoutMs: 5, stream: false, model: '' }, PROVIDERS)).toEqual([]);
});

test('a provider whose address was changed since is named, or a resume would go to the old one unseen', () => {
  const remote = { ...settings, providerId: 'p', baseUrl: 'http://127.0.0.1:2/v1', model: 'small' };
  expect(draftChanges(remote, { ...DRAFT, providerId: 'p', model: 'small' }, PROVIDERS)).toEqual(['provider address']);
  expect(draftChanges({ ...remote, providerId: null }, { ...DRAFT, model: 'small' }, PROVIDERS)).toEqual([]);
});

test('names stand in a row as people write them', () => {
  expect([inWords([]), inWords(['prompt']), inWords(['prompt', 'model']), inWords(['a', 'b', 'c'])]).toEqual(['', 'prompt', 'prompt and model', 'a, b and c']);
});
