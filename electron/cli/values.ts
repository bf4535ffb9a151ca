import { InvalidArgumentError } from 'commander';

import { TasklaneError } from '../../shared/errors.ts';
import { CONCURRENCY_MAX, CONCURRENCY_MIN, FAILURE_CLASSES, type FailureClass } from '../../shared/vocabulary.ts';

/** Turns the text of an option into its value; throws InvalidArgumentError, which names what was expected. */
export type ValueParser<T> = (text: string) => T;

const INT32_MAX = 2 ** 31 - 1;

function numberIn(text: string, minimum: number, maximum: number, what: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= minimum && value <= maximum)) throw new InvalidArgumentError(`Expected ${what} from ${minimum} to ${maximum}.`);
  return value;
}

/** A whole number within a range, both ends included. */
export function integerIn(minimum: number, maximum: number): ValueParser<number> {
  return (text) => {
    const value = numberIn(text, minimum, maximum, 'a whole number');
    if (!Number.isInteger(value)) throw new InvalidArgumentError(`Expected a whole number from ${minimum} to ${maximum}.`);
    return value;
  };
}

/** A number within a range, both ends included. */
export function decimalIn(minimum: number, maximum: number): ValueParser<number> {
  return (text) => numberIn(text, minimum, maximum, 'a number');
}

/** Seconds, fractions allowed, as whole ms: 1 ms to 2^31-1 ms. */
export const seconds: ValueParser<number> = (text) => Math.max(1, Math.round(numberIn(text, 0.001, INT32_MAX / 1000, 'seconds') * 1000));

/** A number of tasks in flight, 1 to 1000. Throws `unsupported` for `auto`. */
export const concurrency: ValueParser<number> = (text) => {
  if (text.toLowerCase() === 'auto') throw new TasklaneError('unsupported', '--concurrency auto is not built yet.', 'Give a number, such as --concurrency 4.');
  return integerIn(CONCURRENCY_MIN, CONCURRENCY_MAX)(text);
};

/** A comma-separated list of numbers of tasks in flight, without repeats, in the order given. */
export const concurrencyList: ValueParser<readonly number[]> = (text) => {
  const values = text.split(',').map((part) => concurrency(part.trim()));
  if (new Set(values).size !== values.length) throw new InvalidArgumentError('Expected each number once.');
  return values;
};

/** Tokens or tasks: 1 to 2^31-1. */
export const positiveCount: ValueParser<number> = integerIn(1, INT32_MAX);

/** A TCP port; 0 lets the system choose one. */
export const port: ValueParser<number> = integerIn(0, 65_535);

/** Any text but an empty one. */
export const nonEmpty: ValueParser<string> = (text) => {
  if (text.trim() === '') throw new InvalidArgumentError('Expected some text, got none.');
  return text;
};

/** One of the failure classes of the terminal contract. */
export const failureClass: ValueParser<FailureClass> = (text) => {
  const known = FAILURE_CLASSES.find((name) => name === text.trim());
  if (known === undefined) throw new InvalidArgumentError(`Expected one of ${FAILURE_CLASSES.join(', ')}.`);
  return known;
};

/** Name of an environment variable, never the key itself: what does not look like a name is refused without being repeated. */
export const variableName: ValueParser<string> = (text) => {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) {
    throw new TasklaneError('usage', '--api-key-env expects the name of an environment variable, such as MY_KEY, never the key itself.', 'Put the key into a variable and name the variable.');
  }
  return text;
};

/** Base URL of an OpenAI-compatible endpoint, without a trailing slash. */
export const baseUrl: ValueParser<string> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw new InvalidArgumentError('Expected an http or https URL, such as https://api.openai.com/v1.');
  // Not as an invalid argument, whose message would repeat what may be a secret.
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TasklaneError('provider_url', 'A base URL has no user name, password, query or fragment; this one does.', 'Put the key into an environment variable and name it with --api-key-env.');
  }
  return text.replace(/\/+$/, '');
};
