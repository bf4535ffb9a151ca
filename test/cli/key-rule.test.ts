import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { chooseKey, isLoopback } from '../../electron/cli/key-rule.ts';
import { TasklaneError } from '../../shared/errors.ts';

const KEY = 'sk-canary';

describe('chooseKey without --api-key-env', () => {
  it.each([
    ['OpenAI itself', 'https://api.openai.com/v1', undefined],
    ['loopback by name', 'http://localhost:11434/v1', undefined],
    ['loopback by number', 'http://127.0.0.1:8080/v1', undefined],
    ['loopback in IPv6', 'http://[::1]:8080/v1', undefined],
    ['the origin of OPENAI_BASE_URL', 'https://llm.example/other/v2', 'https://llm.example/v1'],
    ['the same origin with its default port written out', 'https://llm.example:443/v1', 'https://llm.example/v1'],
  ])('sends OPENAI_API_KEY to %s', (_where, baseUrl, openAiBaseUrl) => {
    expect(chooseKey(baseUrl, null, { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: openAiBaseUrl })).toBe(KEY);
  });

  it.each([
    ['another host', 'https://llm.example/v1', undefined],
    ['a host that only begins like OpenAI', 'https://api.openai.com.evil.example/v1', undefined],
    ['a host that only ends like OpenAI', 'https://evil-api.openai.com/v1', undefined],
    ['OpenAI as a user name', 'https://api.openai.com@evil.example/v1', undefined],
    ['OpenAI without encryption', 'http://api.openai.com/v1', undefined],
    ['OpenAI on another port', 'https://api.openai.com:8443/v1', undefined],
    ['a host that begins like loopback', 'http://127.0.0.1.evil.example/v1', undefined],
    ['a host that begins like localhost', 'http://localhost.evil.example/v1', undefined],
    ['a private address', 'http://192.168.1.5:8000/v1', undefined],
    ['the unspecified address', 'http://0.0.0.0:8000/v1', undefined],
    ['another port of the host of OPENAI_BASE_URL', 'https://llm.example:8443/v1', 'https://llm.example/v1'],
    ['the host of OPENAI_BASE_URL without encryption', 'http://llm.example/v1', 'https://llm.example/v1'],
    ['a host under that of OPENAI_BASE_URL', 'https://a.llm.example/v1', 'https://llm.example/v1'],
    ['an opaque origin, which equals every other opaque one', 'file:///etc', 'file:///tmp'],
    ['no URL at all', 'nonsense', 'nonsense'],
  ])('keeps OPENAI_API_KEY from %s', (_where, baseUrl, openAiBaseUrl) => {
    expect(chooseKey(baseUrl, null, { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: openAiBaseUrl })).toBeNull();
  });

  it('never sends it to a host that is neither OpenAI, loopback nor named', () => {
    fc.assert(
      fc.property(fc.webUrl(), (baseUrl) => {
        const { host } = new URL(baseUrl);
        fc.pre(host !== 'api.openai.com' && !isLoopback(baseUrl));
        expect(chooseKey(baseUrl, null, { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: 'https://named.invalid/v1' })).toBeNull();
      }),
    );
  });

  it('has no key to send where OPENAI_API_KEY is unset, empty or blank', () => {
    expect(chooseKey('https://api.openai.com/v1', null, {})).toBeNull();
    expect(chooseKey('https://api.openai.com/v1', null, { OPENAI_API_KEY: '' })).toBeNull();
    expect(chooseKey('https://api.openai.com/v1', null, { OPENAI_API_KEY: ' ' })).toBeNull();
  });
});

describe('chooseKey with --api-key-env', () => {
  it('sends that key anywhere, and that one instead of OPENAI_API_KEY', () => {
    expect(chooseKey('https://llm.example/v1', 'OTHER', { OTHER: 'sk-other', OPENAI_API_KEY: KEY })).toBe('sk-other');
    expect(chooseKey('https://api.openai.com/v1', 'OTHER', { OTHER: 'sk-other', OPENAI_API_KEY: KEY })).toBe('sk-other');
  });

  it('trims the line break that files and pipes leave at the end of a key', () => {
    expect(chooseKey('https://llm.example/v1', 'OTHER', { OTHER: 'sk-other\n' })).toBe('sk-other');
  });

  it.each([[{}], [{ OTHER: '' }], [{ OTHER: '', OPENAI_API_KEY: KEY }]])('refuses to go on when the variable holds nothing, instead of taking another key: %j', (env) => {
    const attempt = (): unknown => chooseKey('https://api.openai.com/v1', 'OTHER', env);
    expect(attempt).toThrow(expect.objectContaining({ code: 'key_needed' }) as TasklaneError);
  });
});

describe('isLoopback', () => {
  it('sees through the notations of 127.0.0.1 that URLs allow', () => {
    expect(['http://127.1', 'http://0x7f000001', 'http://2130706433', 'http://127.255.0.3:1'].map(isLoopback)).toEqual([true, true, true, true]);
  });
});
