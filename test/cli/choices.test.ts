import { describe, expect, it } from 'vitest';

import { chooseProvider, type ProviderQuestion } from '../../electron/cli/provider-choice.ts';
import { chooseTemplate } from '../../electron/cli/template-choice.ts';
import { TasklaneError } from '../../shared/errors.ts';
import type { Provider } from '../../shared/vocabulary.ts';

const SIMULATED: Provider = { id: 'p1', name: 'Simulated provider', baseUrl: '', model: 'sim-1', simulated: true, keyHint: null };
const SAVED: Provider = { id: 'p2', name: 'Work', baseUrl: 'https://llm.example/v1', model: 'gpt-x', simulated: false, keyHint: null };
const NONE: ProviderQuestion = { provider: undefined, baseUrl: undefined, model: undefined, apiKeyEnv: undefined, env: {}, known: [SIMULATED, SAVED] };
const failsWith = (code: string) => expect.objectContaining({ code }) as TasklaneError;

describe('chooseProvider', () => {
  it('takes the simulated provider when nothing is said, so that nobody pays by accident', () => {
    expect(chooseProvider(NONE)).toEqual({ providerId: 'p1', providerName: 'Simulated provider', baseUrl: '', simulated: true, model: 'sim-1' });
  });

  it('takes the simulated provider by name even where OPENAI_BASE_URL is set', () => {
    expect(chooseProvider({ ...NONE, provider: 'Simulated', env: { OPENAI_BASE_URL: 'https://x.example/v1', OPENAI_API_KEY: 'k' } }).simulated).toBe(true);
  });

  it('takes OPENAI_BASE_URL, and OpenAI itself where only OPENAI_API_KEY is set', () => {
    expect(chooseProvider({ ...NONE, model: 'm', env: { OPENAI_BASE_URL: 'http://127.0.0.1:1/v1/' } })).toEqual({ providerId: null, providerName: '127.0.0.1:1', baseUrl: 'http://127.0.0.1:1/v1', simulated: false, model: 'm' });
    expect(chooseProvider({ ...NONE, model: 'm', env: { OPENAI_API_KEY: 'k' } }).baseUrl).toBe('https://api.openai.com/v1');
  });

  it('prefers what was typed over the environment', () => {
    expect(chooseProvider({ ...NONE, baseUrl: 'http://127.0.0.1:2/v1', model: 'm', env: { OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' } }).baseUrl).toBe('http://127.0.0.1:2/v1');
  });

  it('takes a saved provider by name in any case, with its model unless another is named', () => {
    expect(chooseProvider({ ...NONE, provider: 'work' })).toEqual({ providerId: 'p2', providerName: 'Work', baseUrl: 'https://llm.example/v1', simulated: false, model: 'gpt-x' });
    expect(chooseProvider({ ...NONE, provider: 'Work', model: 'other' }).model).toBe('other');
  });

  it('refuses a real provider without a model before anything is read', () => {
    expect(() => chooseProvider({ ...NONE, baseUrl: 'https://llm.example/v1' })).toThrow(failsWith('model_needed'));
    expect(() => chooseProvider({ ...NONE, env: { OPENAI_API_KEY: 'k' } })).toThrow(failsWith('model_needed'));
  });

  it('names the saved providers when none is called so', () => {
    expect(() => chooseProvider({ ...NONE, provider: 'wrok' })).toThrow('No saved provider is called "wrok". There are: simulated, "Work".');
  });

  it('refuses a name that two providers share', () => {
    expect(() => chooseProvider({ ...NONE, provider: 'Work', known: [SIMULATED, SAVED, { ...SAVED, id: 'p3' }] })).toThrow(failsWith('usage'));
  });

  it('refuses a key for the simulated provider, because it would be ignored silently', () => {
    expect(() => chooseProvider({ ...NONE, apiKeyEnv: 'MY_KEY' })).toThrow(failsWith('usage'));
  });

  it('refuses a broken OPENAI_BASE_URL instead of falling back to the simulated provider', () => {
    expect(() => chooseProvider({ ...NONE, model: 'm', env: { OPENAI_BASE_URL: 'llm.example' } })).toThrow(failsWith('usage'));
  });
});

describe('chooseTemplate', () => {
  it('sends the column prompt, else the only column', () => {
    expect(chooseTemplate(null, ['id', 'prompt'])).toBe('{{prompt}}');
    expect(chooseTemplate(null, ['question'])).toBe('{{question}}');
  });

  it('asks for a template where several columns are there and none is called prompt, and names them', () => {
    expect(() => chooseTemplate(null, ['id', 'review'])).toThrow('A template is needed: the input has 2 columns (id, review) and none is called "prompt".');
  });

  it('names an unknown column of the template and the columns that are there', () => {
    expect(() => chooseTemplate('{{reveiw}}', ['id', 'review'])).toThrow(/`reveiw`.*`id`, `review`/);
  });
});
