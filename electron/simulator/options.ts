import { TasklaneError } from '../../shared/errors.ts';
import { checkShares, type FaultName, type FaultShares } from './faults.ts';
import { checkLatency, DEFAULT_LATENCY, type LatencyModel } from './latency.ts';

export interface SimulatorOptions {
  /** 0 to 65535; 0 (the default) takes any free port. */
  readonly port?: number;
  /** Any whole number; the same seed gives the same latencies, answers and faults. Default 1. */
  readonly seed?: number;
  /** Default: log-normal, median 900 ms, sigma 0.35. */
  readonly latency?: LatencyModel;
  /** Requests per minute, 1 or more; null (the default) = unlimited. */
  readonly requestsPerMinute?: number | null;
  /** Tokens per minute, prompt and answer together, 1 or more; null (the default) = unlimited. */
  readonly tokensPerMinute?: number | null;
  /** Requests in flight at most, 1 or more; one more is answered 429. null (the default) = unlimited. */
  readonly maxInFlight?: number | null;
  /** How much slower each further request in flight makes an answer, 0 to 1: latency x (1 + slowdown x (in flight - 1)). Default 0. */
  readonly slowdownFraction?: number;
  /** Shares of the attempts that fail. Default none. */
  readonly faults?: FaultShares;
  /** The key every request must bear; null (the default) takes any or none. */
  readonly requireKey?: string | null;
}

export interface Settings {
  readonly port: number;
  readonly seed: number;
  readonly latency: LatencyModel;
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  readonly maxInFlight: number | null;
  readonly slowdownFraction: number;
  readonly faults: readonly (readonly [FaultName, number])[];
  readonly requireKey: string | null;
}

/** Fills in the defaults. Throws `usage` for what is out of range. */
export function settingsOf(options: SimulatorOptions): Settings {
  return {
    port: whole('port', options.port ?? 0, 0, 65_535),
    seed: whole('seed', options.seed ?? 1, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    latency: checkLatency(options.latency ?? DEFAULT_LATENCY),
    requestsPerMinute: limit('requests per minute', options.requestsPerMinute),
    tokensPerMinute: limit('tokens per minute', options.tokensPerMinute),
    maxInFlight: limit('requests in flight', options.maxInFlight),
    slowdownFraction: within('slowdown', options.slowdownFraction ?? 0, 0, 1),
    faults: checkShares(options.faults ?? {}),
    requireKey: options.requireKey ?? null,
  };
}

function limit(name: string, value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : whole(name, value, 1, 1_000_000_000);
}

function whole(name: string, value: number, lowest: number, highest: number): number {
  if (!Number.isInteger(value)) throw new TasklaneError('usage', `The ${name} was ${value}; a whole number was expected.`, 'Write it without a fraction.');
  return within(name, value, lowest, highest);
}

function within(name: string, value: number, lowest: number, highest: number): number {
  if (value >= lowest && value <= highest) return value;
  throw new TasklaneError('usage', `The ${name} was ${value}; ${lowest} to ${highest} was expected.`, 'Choose a value in that range.');
}
