import type { Failure, RunSettings, StopReason } from '../../shared/vocabulary.ts';
import { createProviderHealth, troubleOf, type Admission, type Outage } from './provider-health.ts';
import { createRetryBudget } from './retry-budget.ts';
import { asksTooMuch } from './retry-policy.ts';

/** A run that sends to a provider. */
export interface ProviderRun {
  /** What may go out has changed. */
  reconsider(): void;
  /** Whether tasks wait that were not tried since the run was started or resumed. */
  isFreshLeft(): boolean;
  /** There is no point in going on. */
  giveUp(reason: StopReason, failure: Failure): void;
}

/**
 * What all runs share that send to the same base URL (and so with the same key) and model: the provider's health and the
 * budget for retries. What one of them learns holds for all of them.
 */
export interface Provider {
  /** Returns what to call when the run ends or is paused. */
  join(run: ProviderRun): () => void;
  admission(): Admission;
  /** What the provider in trouble failed with last, for people; null while it is well. */
  trouble(): string | null;
  /** How many attempts of any run have succeeded so far. */
  successes(): number;
  succeeded(wasRetry: boolean): void;
  /** `probe`: its number from `takeProbe`, or null. A wait that is for a person to decide pauses every run. */
  failed(failure: Failure, probe: number | null): void;
  /** A 429 that answered what was sent so long ago; how many holds in a row that makes. */
  refused(serviceMs: number): number;
  holdFor(delayMs: number): void;
  /** The number of the probe that may go out now; null when none may. */
  takeProbe(): number | null;
  /** A probe is over, whatever came of it. */
  endProbe(probe: number): void;
  /** The clock stood still for this long, ms: what the provider asked to wait went on. */
  stoodStill(durationMs: number): void;
  /** Takes the token of a retry; how long it has to wait for it, ms. */
  takeRetryToken(): number;
}

/** Probes in a row that may fail while nothing was ever heard of the provider. */
const PROBES_WITHOUT_SUCCESS = 6;
/** How long a provider may be in trouble that has answered before. */
const OUTAGE_PATIENCE_MS = 15 * 60_000;

interface Member {
  readonly run: ProviderRun;
  readonly joinedMs: number;
  hadSuccess: boolean;
  /** Probes in a row that failed since it joined. */
  probesFailed: number;
}

export interface Providers {
  /** The same for all runs that share base URL and model. */
  of(settings: Pick<RunSettings, 'simulated' | 'baseUrl' | 'model'>): Provider;
  /** The machine slept or the program stood still for this long, ms, which the clock does not show. */
  stoodStill(durationMs: number): void;
}

/** `nowMs`: a clock that never goes back, ms; `random`: uniform in [0, 1). */
export function createProviders(nowMs: () => number, random: () => number): Providers {
  const known = new Map<string, Provider>();
  return {
    of({ simulated, baseUrl, model }) {
      const key = JSON.stringify([simulated, baseUrl, model]);
      const provider = known.get(key) ?? createProvider(nowMs, random);
      known.set(key, provider);
      return provider;
    },
    stoodStill(durationMs) {
      for (const provider of known.values()) provider.stoodStill(durationMs);
    },
  };
}

function createProvider(nowMs: () => number, random: () => number): Provider {
  const health = createProviderHealth(random);
  const budget = createRetryBudget(nowMs());
  const members = new Set<Member>();

  const reconsider = (): void => {
    for (const { run } of members) run.reconsider();
  };
  const probeFailed = (outage: Outage, failure: Failure): void => {
    for (const member of members) {
      member.probesFailed += 1;
      if (hasHadEnough(member, outage, nowMs())) member.run.giveUp(outage.trouble === 'network' ? 'offline' : 'provider_down', failure);
    }
  };
  return {
    join(run) {
      const member: Member = { run, joinedMs: nowMs(), hadSuccess: false, probesFailed: 0 };
      members.add(member);
      return () => {
        members.delete(member);
        if (members.size === 0) health.rest();
      };
    },
    admission: () => health.admission(nowMs()),
    trouble: () => health.outage()?.failure.message ?? null,
    successes: () => health.successes(),
    succeeded(wasRetry) {
      const wasPaused = health.outage() !== null;
      health.succeeded();
      budget.succeeded(nowMs(), wasRetry);
      for (const member of members) {
        member.hadSuccess = true;
        member.probesFailed = 0;
      }
      if (wasPaused) reconsider();
    },
    failed(failure, probe) {
      // First, so that nothing slips out to a provider that asked to be left alone.
      if (asksTooMuch(failure) && (failure.class === 'rate_limit' || troubleOf(failure) !== null)) for (const { run } of members) run.giveUp('rate_limit', failure);
      const before = health.outage();
      health.failed({ failure, probe, finishedMs: nowMs(), isQueueLeft: () => [...members].some(({ run }) => run.isFreshLeft()) });
      const outage = health.outage();
      if (outage === before) return;
      if (before && outage) probeFailed(outage, failure);
      else for (const member of members) member.probesFailed = 0;
      reconsider();
    },
    refused: (serviceMs) => health.refused(nowMs() - serviceMs, nowMs()),
    holdFor(delayMs) {
      health.holdUntil(nowMs() + delayMs);
      reconsider();
    },
    takeProbe: () => health.takeProbe(nowMs()),
    endProbe(probe) {
      if (health.dropProbe(probe, nowMs())) reconsider();
    },
    stoodStill(durationMs) {
      health.passed(durationMs);
      reconsider();
    },
    takeRetryToken: () => budget.take(nowMs()),
  };
}

/** A provider that was never heard of is given up soon, but not where only the last tasks are at stake. */
function hasHadEnough({ run, joinedMs, hadSuccess, probesFailed }: Member, outage: Outage, nowMs: number): boolean {
  if (!hadSuccess && probesFailed >= PROBES_WITHOUT_SUCCESS && run.isFreshLeft()) return true;
  return nowMs - Math.max(outage.sinceMs, joinedMs) > OUTAGE_PATIENCE_MS;
}
