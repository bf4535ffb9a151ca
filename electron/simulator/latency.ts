import { assertNever, TasklaneError } from '../../shared/errors.ts';
import { logNormal, type Random } from '../../shared/random/random.ts';

/** How long answers take, in ms. */
export type LatencyModel =
  | { readonly kind: 'fixed'; readonly ms: number }
  /** `sigma` is the standard deviation of the logarithm; LLM calls lie near 0.3 to 0.8. */
  | { readonly kind: 'lognormal'; readonly medianMs: number; readonly sigma: number }
  | { readonly kind: 'per_token'; readonly firstTokenMs: number; readonly msPerToken: number };

export const DEFAULT_LATENCY: LatencyModel = { kind: 'lognormal', medianMs: 900, sigma: 0.35 };

/** Longest latency, ms: beyond it a log-normal draw would only be an outage. */
const LONGEST_MS = 3_600_000;

/** When an answer starts and when it is complete, in ms after the request. */
export interface Timing {
  readonly firstTokenMs: number;
  readonly totalMs: number;
}

/** The same random numbers give the same timing. A first token comes after 25 to 35 % of the time, unless the model says when. */
export function drawTiming(model: LatencyModel, tokens: number, random: Random): Timing {
  switch (model.kind) {
    case 'fixed':
      return splitTiming(model.ms, random);
    case 'lognormal':
      return splitTiming(Math.min(LONGEST_MS, logNormal(random, model.medianMs, model.sigma)), random);
    case 'per_token':
      return { firstTokenMs: model.firstTokenMs, totalMs: model.firstTokenMs + model.msPerToken * tokens };
    default:
      return assertNever(model);
  }
}

export function splitTiming(totalMs: number, random: Random): Timing {
  return { firstTokenMs: totalMs * (0.25 + 0.1 * random()), totalMs };
}

const FORMS = '500, fixed:500, lognormal:800,0.4 (median ms, sigma) or tokens:300,15 (ms to the first token, ms per token)';

/** Reads a latency as the terminal takes it. Throws `usage`. */
export function parseLatency(text: string): LatencyModel {
  const [, name = 'fixed', list = ''] = /^\s*(?:([a-z_]+)\s*:)?\s*([^:]*)$/i.exec(text) ?? [];
  const numbers = list.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [first = Number.NaN, second = Number.NaN] = numbers;
  const kind = name.toLowerCase();
  const count = kind === 'fixed' ? 1 : 2;
  if (numbers.length === count && numbers.every((number) => Number.isFinite(number) && number >= 0)) {
    if (kind === 'fixed') return checkLatency({ kind: 'fixed', ms: first });
    if (kind === 'lognormal') return checkLatency({ kind: 'lognormal', medianMs: first, sigma: second });
    if (kind === 'tokens' || kind === 'per_token') return checkLatency({ kind: 'per_token', firstTokenMs: first, msPerToken: second });
  }
  throw new TasklaneError('usage', `The latency was ${JSON.stringify(text)}; expected ${FORMS}.`, 'For example: --latency lognormal:800,0.4');
}

/** The model itself when its numbers make sense. Throws `usage`. */
export function checkLatency(model: LatencyModel): LatencyModel {
  const [longestMs, sigma] = limitsOf(model);
  if (!(longestMs >= 0 && longestMs <= LONGEST_MS)) throw new TasklaneError('usage', `A latency was ${longestMs} ms; 0 to ${LONGEST_MS} was expected.`, `Write it as ${FORMS}.`);
  if (!(sigma >= 0 && sigma <= 3)) throw new TasklaneError('usage', `The sigma of the latency was ${sigma}; 0 to 3 was expected.`, 'Latencies of LLM calls lie near 0.3 to 0.8.');
  return model;
}

function limitsOf(model: LatencyModel): readonly [longestMs: number, sigma: number] {
  switch (model.kind) {
    case 'fixed':
      return [model.ms, 0];
    case 'lognormal':
      return [model.medianMs, model.sigma];
    case 'per_token':
      return [model.firstTokenMs >= 0 && model.msPerToken >= 0 ? model.firstTokenMs + model.msPerToken : Number.NaN, 0];
    default:
      return assertNever(model);
  }
}
