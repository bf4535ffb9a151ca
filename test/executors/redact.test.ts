import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor } from '../../electron/executors/redact.ts';

test('every occurrence goes, also as it stands in a URL or in JSON', () => {
  const redactor = createRedactor('key/with"signs+');
  expect(redactor.whole('key/with"signs+ and key/with"signs+; ?k=key%2Fwith%22signs%2B; {"k": "key/with\\"signs+"}')).toBe(
    '[key redacted] and [key redacted]; ?k=[key redacted]; {"k": "[key redacted]"}',
  );
});

test('no key and dummies of local servers redact nothing', () => {
  expect([createRedactor(null).whole('none'), createRedactor('ollama').whole('I run ollama'), createRedactor('ollama').stream().push('ollama')]).toEqual(['none', 'I run ollama', 'ollama']);
});

test('a stream redacts the same as the whole, however it is cut', () => {
  const key = 'abababac';
  const redactor = createRedactor(key);
  const text = fc.array(fc.constantFrom(key, 'ab', 'a', 'b', 'c', 'abab', 'x'), { maxLength: 30 });
  fc.assert(
    fc.property(text, (pieces) => {
      const stream = redactor.stream();
      const streamed = pieces.map((piece) => stream.push(piece)).join('') + stream.end();
      expect(streamed).toBe(redactor.whole(pieces.join('')));
    }),
  );
});

test('text that cannot begin the key is not held back', () => {
  const stream = createRedactor('sk-12345678').stream();
  expect([stream.push('hello s'), stream.push('k-'), stream.push('it'), stream.end()]).toEqual(['hello ', '', 'sk-it', '']);
});
