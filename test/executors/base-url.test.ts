import { describe, expect, test } from 'vitest';
import { checkBaseUrl, isLoopback, originOf } from '../../electron/executors/base-url.ts';
import { TasklaneError } from '../../shared/errors.ts';

describe('accepted and normalised', () => {
  test.each([
    ['https://api.openai.com/v1', 'https://api.openai.com/v1'],
    ['  https://api.openai.com/v1/  ', 'https://api.openai.com/v1'],
    ['https://API.OpenAI.com/v1/chat/completions', 'https://api.openai.com/v1'],
    ['https://host.example/openai/v1//', 'https://host.example/openai/v1'],
    ['https://host.example', 'https://host.example/'],
    ['https://10.0.0.5:8443/v1', 'https://10.0.0.5:8443/v1'],
    ['http://localhost:11434/v1', 'http://localhost:11434/v1'],
    ['http://127.0.0.1:8000/v1', 'http://127.0.0.1:8000/v1'],
    ['http://127.1:8000/v1', 'http://127.0.0.1:8000/v1'],
    ['http://[::1]:8000/v1', 'http://[::1]:8000/v1'],
  ])('%s is %s', (text, href) => {
    expect(checkBaseUrl(text).href).toBe(href);
  });
});

describe('refused', () => {
  test.each([
    '',
    'api.openai.com/v1',
    'localhost:11434/v1',
    'ftp://host.example/v1',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://',
    'https://user:secret@host.example/v1',
    'https://secret@host.example/v1',
    'https://host.example/v1?key=secret',
    'https://host.example/v1#secret',
    'https://host.example/\nv1',
    'https://host.example\\@evil.example/v1',
    'https://host\u202E.example/v1',
    `https://host.example/${'x'.repeat(3000)}`,
    'http://host.example/v1',
    'http://192.168.1.10:8000/v1',
    'http://10.0.0.5/v1',
    'http://localhost.evil.example/v1',
    'http://169.254.169.254/v1',
    'https://169.254.169.254/latest/meta-data',
    'https://2852039166/v1',
    'https://0xa9.0xfe.0xa9.0xfe/v1',
    'https://[::ffff:169.254.169.254]/v1',
    'https://[fe80::1]/v1',
    'https://[fd00:ec2::254]/v1',
    'https://metadata.google.internal/v1',
    'https://metadata.google.internal./v1',
    'http://0.0.0.0:8000/v1',
    'http://[::]:8000/v1',
  ])('%s', (text) => {
    let thrown: unknown = null;
    try {
      checkBaseUrl(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TasklaneError);
    const { code, message, hint } = thrown as TasklaneError;
    expect(code).toBe('provider_url');
    expect(hint).not.toBe('');
    expect(message + hint).not.toContain('secret');
  });
});

test('a key is bound to scheme, host and port', () => {
  expect(['https://host.example/v1', 'https://host.example:443/other', 'https://host.example:8443/v1', 'http://localhost/v1'].map(originOf)).toEqual([
    'https://host.example',
    'https://host.example',
    'https://host.example:8443',
    'http://localhost',
  ]);
});

test('only this machine is loopback', () => {
  const urls = ['http://localhost', 'http://a.localhost', 'http://127.9.9.9', 'http://[::1]', 'http://[::ffff:127.0.0.1]', 'http://localhost.example', 'http://128.0.0.1', 'http://[::2]'];
  expect(urls.map((url) => isLoopback(new URL(url)))).toEqual([true, true, true, true, true, false, false, false]);
});
