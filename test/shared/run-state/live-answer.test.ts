import { expect, test } from 'vitest';
import { extendAnswer } from '../../../shared/run-state/live-answer.ts';

function piece(attempt: number, offset: number, text: string) {
  return { type: 'answer.extended', runId: 'run-1', index: 0, attempt, offset, text } as const;
}

test('pieces in order make up the text', () => {
  const first = extendAnswer(null, piece(1, 0, 'Hel'));
  expect(extendAnswer(first, piece(1, 3, 'lo'))).toEqual({ attempt: 1, text: 'Hello' });
});

test('a new attempt starts anew, and a late piece of an old one is not mixed in', () => {
  const second = extendAnswer({ attempt: 1, text: 'half an ans' }, piece(2, 0, 'An'));
  expect(second).toEqual({ attempt: 2, text: 'An' });
  expect(extendAnswer(second, piece(1, 11, 'wer'))).toBe(second);
});

test('what is known already is not added twice', () => {
  const answer = { attempt: 1, text: 'Hello' };
  expect(extendAnswer(answer, piece(1, 0, 'Hel'))).toBe(answer);
  expect(extendAnswer(answer, piece(1, 3, 'lo you'))).toEqual({ attempt: 1, text: 'Hello you' });
});

test('a piece behind a gap asks for the whole text instead of showing a wrong one', () => {
  expect(extendAnswer({ attempt: 1, text: 'He' }, piece(1, 4, 'o'))).toBeNull();
  expect(extendAnswer(null, piece(1, 4, 'o'))).toBeNull();
  expect(extendAnswer({ attempt: 1, text: 'Hello' }, piece(2, 2, 'x'))).toBeNull();
});
