import { PLAIN_SERVER, type ServerBehaviour } from './simulated-server.ts';

export interface Scenario {
  readonly name: string;
  readonly behaviourAt: (nowMs: number) => ServerBehaviour;
  /** Fixed concurrencies to compare with. */
  readonly grid: readonly number[];
  /** Standard deviation of the logarithm of estimated over true tokens. */
  readonly estimateSigma?: number;
  /** Where the goal is not reached: what is, and why. */
  readonly exception?: { readonly refusedFraction: number; readonly why: string };
}

const always = (change: Partial<ServerBehaviour>): ((nowMs: number) => ServerBehaviour) => {
  const behaviour = { ...PLAIN_SERVER, ...change };
  return () => behaviour;
};

/** Three phases of 200 s. */
const inTurn = (...changes: readonly [Partial<ServerBehaviour>, Partial<ServerBehaviour>, Partial<ServerBehaviour>]): ((nowMs: number) => ServerBehaviour) => {
  const [first, second, third] = changes.map((change) => ({ ...PLAIN_SERVER, ...change })) as [ServerBehaviour, ServerBehaviour, ServerBehaviour];
  return (nowMs) => (nowMs < 200_000 ? first : nowMs < 400_000 ? second : third);
};

/** 600 requests a minute at 2 s each keep 20 slots busy. */
const FOR_RATES = [16, 20, 22, 25, 30, 40, 60];
const FOR_MOVING_RATES = [10, 15, 20, 25, 30, 40, 60];
const tokens = { tokensPerMinute: 300_000 };

export const SCENARIOS: readonly Scenario[] = [
  { name: 'hidden cap of 12', behaviourAt: always({ cap: 12 }), grid: [8, 10, 11, 12, 13, 16] },
  { name: 'hidden cap of 40', behaviourAt: always({ cap: 40 }), grid: [30, 36, 39, 40, 41, 48] },
  { name: 'hidden cap of 120', behaviourAt: always({ cap: 120 }), grid: [100, 118, 120, 122, 140] },
  { name: 'hidden cap of 40, Retry-After of 1 s', behaviourAt: always({ cap: 40, hasRetryAfter: true }), grid: [30, 36, 39, 40, 41, 48] },
  { name: 'a cap that moves 40-15-60', behaviourAt: inTurn({ cap: 40 }, { cap: 15 }, { cap: 60 }), grid: [15, 20, 30, 40, 50, 60, 80] },
  { name: '600 requests/min, headers', behaviourAt: always({ requestsPerMinute: 600, hasHeaders: true }), grid: FOR_RATES },
  { name: '600 requests/min, Retry-After only', behaviourAt: always({ requestsPerMinute: 600, hasRetryAfter: true }), grid: FOR_RATES },
  { name: '600 requests/min, nothing said', behaviourAt: always({ requestsPerMinute: 600 }), grid: FOR_RATES },
  { name: '300,000 tokens/min, headers', behaviourAt: always({ ...tokens, hasHeaders: true }), grid: [6, 8, 10, 12, 15, 20, 30], estimateSigma: 0.1 },
  { name: '300,000 tokens/min, Retry-After only', behaviourAt: always({ ...tokens, hasRetryAfter: true }), grid: [6, 8, 10, 12, 15, 20, 30], estimateSigma: 0.1 },
  {
    name: 'requests/min that move 600-300-900, headers',
    behaviourAt: inTurn({ requestsPerMinute: 600, hasHeaders: true }, { requestsPerMinute: 300, hasHeaders: true }, { requestsPerMinute: 900, hasHeaders: true }),
    grid: FOR_MOVING_RATES,
  },
  {
    name: 'requests/min that move 600-300-900, Retry-After only',
    behaviourAt: inTurn({ requestsPerMinute: 600, hasRetryAfter: true }, { requestsPerMinute: 300, hasRetryAfter: true }, { requestsPerMinute: 900, hasRetryAfter: true }),
    grid: FOR_MOVING_RATES,
  },
  {
    name: 'requests/min that move 600-300-900, nothing said',
    behaviourAt: inTurn({ requestsPerMinute: 600 }, { requestsPerMinute: 300 }, { requestsPerMinute: 900 }),
    grid: FOR_MOVING_RATES,
  },
  { name: 'latency that grows with load', behaviourAt: always({ slowdown: { a: 0.02, b: 0.002 } }), grid: [8, 12, 16, 20, 24, 28, 32, 48] },
  { name: '16 cores: latency that grows beyond 16', behaviourAt: always({ cores: 16 }), grid: [12, 16, 20, 24, 32, 48] },
  { name: 'no limit, latencies that vary widely', behaviourAt: always({ sigma: 1 }), grid: [100, 150, 200] },
  { name: 'hidden cap of 40 and 600 requests/min, nothing said', behaviourAt: always({ cap: 40, requestsPerMinute: 600 }), grid: FOR_RATES },
  { name: '600 requests/min with room for one second, Retry-After only', behaviourAt: always({ requestsPerMinute: 600, burstFraction: 1 / 60, hasRetryAfter: true }), grid: FOR_RATES },
  { name: '2,000 requests/day in the header', behaviourAt: always({ requestsPerDay: 2000, hasHeaders: true }), grid: [8, 40] },
  {
    name: '60 requests/min, Retry-After only',
    behaviourAt: always({ requestsPerMinute: 60, hasRetryAfter: true }),
    grid: [1, 2, 3, 4, 6],
    exception: { refusedFraction: 0.03, why: 'of 660 requests each one refused is 0.15 %, and the first rate has to be found from refusals' },
  },
  {
    name: 'hidden cap of 1',
    behaviourAt: always({ cap: 1 }),
    grid: [1, 2],
    exception: { refusedFraction: 0.04, why: 'slow start begins with 8, and of 300 requests each one refused is 0.33 %' },
  },
];
