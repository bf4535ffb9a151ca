import type { AppEvent } from '../contract/events.ts';

/** The text of an answer that is being streamed, as far as it came. */
export interface LiveAnswer {
  /** Attempt number within its task, from 1. */
  readonly attempt: number;
  readonly text: string;
}

/**
 * The answer after one more piece of text. A piece of a newer attempt starts the text anew; a piece that is known already,
 * or belongs to an older attempt, changes nothing; a piece that overlaps adds what is new; a piece behind a gap returns
 * null: the text has to be asked for again (`task.watch`).
 */
export function extendAnswer(answer: LiveAnswer | null, piece: Extract<AppEvent, { type: 'answer.extended' }>): LiveAnswer | null {
  if (answer !== null && piece.attempt < answer.attempt) return answer;
  const text = answer !== null && piece.attempt === answer.attempt ? answer.text : '';
  if (piece.offset > text.length) return null;
  const added = piece.text.slice(text.length - piece.offset);
  if (answer !== null && added === '' && piece.attempt === answer.attempt) return answer;
  return { attempt: piece.attempt, text: text + added };
}
