import { createHash } from 'node:crypto';

import { createRandom, hashText } from '../../shared/random/random.ts';

/** What a provider does with a request for a task. */
export type Reply =
  | { readonly kind: 'answer'; readonly text: string; readonly latencyMs: number }
  | { readonly kind: 'error'; readonly status: number; readonly code: string; readonly retryAfterMs: number | null; readonly latencyMs: number }
  /** The connection is cut after the whole request was read. */
  | { readonly kind: 'reset'; readonly latencyMs: number };

/** A task as its prompt names it: label of its batch and position in it. */
export interface TaskName {
  readonly batch: string;
  readonly position: number;
}

const PERIOD = 64;
/** Positions modulo 64 whose tasks meet a failure; spread, so that no run stops for five failures of a kind in a row. */
const SERVER_ERROR_ONCE = 13;
const SERVER_ERROR_TWICE = 29;
const RESET_ONCE = 37;
const RESET_ALWAYS = 45;
const RATE_LIMITED_ONCE = 57;
const REFUSED = [5, 52];

export function promptOf({ batch, position }: TaskName): string {
  return `${batch} task ${position}`;
}

/** Null for a prompt that no task of the harness has. */
export function taskOf(prompt: string): TaskName | null {
  const match = /^(\S+) task (\d+)$/.exec(prompt);
  return match ? { batch: match[1] ?? '', position: Number(match[2]) } : null;
}

/** The one right answer of a task: 30 to about 2,000 characters. */
export function answerOf(task: TaskName): string {
  const digest = createHash('sha256').update(promptOf(task)).digest('hex');
  return `answer to ${promptOf(task)}: ${digest.repeat(1 + (hashText(digest) % 30))}`;
}

/** Whether the task fails in the end even if no life is cut short. */
export function isRefused({ position }: TaskName): boolean {
  return REFUSED.includes(position % PERIOD);
}

/** Whether it may fail in the end because its requests fail. */
export function mayFail(task: TaskName): boolean {
  return isRefused(task) || [RESET_ONCE, RESET_ALWAYS].includes(task.position % PERIOD);
}

/** `earlier`: requests for the task before this one. A function of its arguments; latencies from 5 to 40 ms. */
export function replyTo(task: TaskName, earlier: number): Reply {
  const latencyMs = 5 + 35 * createRandom(hashText(`${promptOf(task)} ${earlier}`))();
  const error = (status: number, code: string, retryAfterMs: number | null = null): Reply => ({ kind: 'error', status, code, retryAfterMs, latencyMs });
  const place = task.position % PERIOD;
  // Codes of their own, because identical refusals in a row stop a run.
  if (isRefused(task)) return error(400, `refused_${task.position}`);
  if ((place === SERVER_ERROR_ONCE && earlier === 0) || (place === SERVER_ERROR_TWICE && earlier < 2)) return error(500, 'server_error');
  if ((place === RESET_ONCE && earlier === 0) || place === RESET_ALWAYS) return { kind: 'reset', latencyMs };
  if (place === RATE_LIMITED_ONCE && earlier === 0) return error(429, 'rate_limit_exceeded', 20);
  return { kind: 'answer', text: answerOf(task), latencyMs };
}
