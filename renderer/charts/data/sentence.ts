import { formatFraction } from '../../../shared/format/format.ts';

/** A sentence whose key numbers stand out on the screen and can be found by tests. */
export type Sentence = readonly (string | KeyNumber)[];

export interface KeyNumber {
  readonly value: string;
  readonly testId?: string;
}

export function plainText(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === 'string' ? part : part.value)).join('');
}

/** The sentence with its first letter in upper case and empty parts left out. */
export function capitalised(sentence: Sentence): Sentence {
  const [first, ...rest] = sentence.filter((part) => part !== '');
  return typeof first === 'string' ? [`${first.charAt(0).toUpperCase()}${first.slice(1)}`, ...rest] : first === undefined ? [] : [first, ...rest];
}

/** A share of a whole: "80%", and "2.4%" below ten, where the digit matters. */
export function shareText(fraction: number): string {
  return fraction === 0 ? '0%' : formatFraction(fraction, fraction < 0.0995 ? 1 : 0);
}
