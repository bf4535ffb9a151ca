import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { normaliseMessage } from '../../../shared/format/normalise-message.ts';

describe('normaliseMessage', () => {
  it.each([
    [
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 131,072 tokens. Please reduce the length of the messages.",
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens. Please reduce the length of the messages.",
      "This model's maximum context length is # tokens. However, your messages resulted in # tokens. Please reduce the length of the messages.",
    ],
    [
      'Rate limit reached for gpt-4o in organization org-abc on tokens per min (TPM): Limit 30000, Used 29500, Requested 1200. Please try again in 1.4s. Visit https://platform.openai.com/account/rate-limits to learn more.',
      'Rate limit reached for gpt-4o in organization org-abc on tokens per min (TPM): Limit 30000, Used 29999, Requested 7. Please try again in 1m6.5s. Visit https://platform.openai.com/account/rate-limits to learn more.',
      'Rate limit reached for gpt-#o in organization org-abc on tokens per min (TPM): Limit #, Used #, Requested #. Please try again in #. Visit <url> to learn more.',
    ],
    ['Internal server error. Request id: req_011CSHoEeqs5C35K2UUqR7Fy', 'Internal server error. Request id: req_011CTtMqqc9jnbqbqYaxE21X', 'Internal server error. Request id: <id>'],
    ['Job 123e4567-e89b-12d3-a456-426614174000 was lost', 'Job 9b2d5c1e-0f3a-4e6b-8c7d-1a2b3c4d5e6f was lost', 'Job <id> was lost'],
    ['The model `gpt-9` does not exist or you do not have access to it.', 'The model "my-model" does not exist or you do not have access to it.', 'The model “…” does not exist or you do not have access to it.'],
    ["Invalid value: 'toool'. Supported values are: 'system', and 'user'.", "Invalid value: 'usr'. Supported values are: 'system', and 'user'.", 'Invalid value: “…”. Supported values are: “…”, and “…”.'],
    ["Value can't be 5 and isn't 7", "Value can't be 12 and isn't 3", "Value can't be # and isn't #"],
    ['<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>', '<html> <head><title>503 Bad Gateway</title></head> <body>', '<html> <head><title># Bad Gateway</title></head> <body>'],
    ['connect ECONNREFUSED 127.0.0.1:8080', 'connect ECONNREFUSED 127.0.0.1:9', 'connect ECONNREFUSED #:#'],
  ])('puts two messages of one kind together: %s', (one, other, expected) => {
    expect(normaliseMessage(other)).toBe(normaliseMessage(one));
    expect(normaliseMessage(one)).toBe(expected);
  });

  it('keeps messages of different kinds apart', () => {
    const messages = ['Invalid API key.', 'Your account is not active.', 'Too many images.', 'The server had an error while processing your request.', 'Rate limit reached for tokens', 'Rate limit reached for requests'];
    expect(new Set(messages.map(normaliseMessage)).size).toBe(messages.length);
  });

  it('takes no word for an id because of a digit far behind it: from each of 1,000 words to the end would be quadratic', () => {
    expect(normaliseMessage(`abcdefgh${'-ab'.repeat(40)}7`)).toBe(`abcdefgh${'-ab'.repeat(40)}#`);
    expect(normaliseMessage('lost abcdefgh-ab-ab7')).toBe('lost <id>');
  });

  it.each([
    // Without the repetition, each of these gives another text when it is normalised once more.
    ['a " b\n "c"'],
    [`"a 'b'`],
    [`'abc'5`],
    [`${'x'.repeat(197)} 'y'z`],
    [`${'x '.repeat(98)}https://example.com/${'y'.repeat(50)}`],
  ])('says nothing new of its own answer: %j', (message) => {
    const once = normaliseMessage(message);
    expect(normaliseMessage(once)).toBe(once);
  });

  it('is stable, bounded and free of digits and line breaks, whatever a provider says', () => {
    const piece = fc.oneof(fc.constantFrom('"', "'", '`', ' ', '\n', '\u2028', 'http://', 'req_', '-', '.', ',', '#', '<id>', '“…”', '٣', '½', '\u{1d7d8}', 'e\u0301', '\ud800'), fc.string({ unit: 'binary', maxLength: 12 }), fc.stringMatching(/^[a-z0-9]{1,40}$/), fc.nat().map(String));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 120 }), (pieces) => {
        const once = normaliseMessage(pieces.join(''));
        expect(normaliseMessage(once)).toBe(once);
        expect(once.length).toBeLessThanOrEqual(200);
        expect(once).not.toMatch(/[\p{N}\n\r\u2028]/u);
        expect(once.isWellFormed()).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
