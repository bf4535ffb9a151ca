import type { Random } from '../../shared/random/random.ts';
import type { Aim } from './aim.ts';
import type { FailpointName } from './edits/failpoints.ts';

/** How the next life is lived: its concurrency, and when it is ended. */
export interface KillPlan {
  readonly aim: Aim;
  /** Tasks in flight at most. */
  readonly concurrency: number;
}

/** Draws the kinds of kills like cards from a shuffled pack, so that a short campaign meets all of them as well. */
export interface KillPlanner {
  /** `isFirst`: the life starts a run rather than resuming one. `startMs`: how long that takes, to the first request. */
  next(isFirst: boolean, startMs: number): KillPlan;
}

const CONCURRENCY_MAX = 16;
/** Passes of a failpoint and requests before a kill, at most: some tasks get done in each life. */
const PASSES_MAX = 60;
const RANDOM_MS = 700;
/** Passed once, and only by a life that resumes a run. */
const RESUMING = ['in-recovery', 'after-recovery'] as const satisfies readonly FailpointName[];
/** Passed once, and only by a life that starts a run. */
const STARTING = ['after-create'] as const satisfies readonly FailpointName[];
/** Passed with each task. */
const OFTEN = ['before-begin', 'in-begin', 'after-begin', 'after-response', 'in-end', 'in-result', 'after-end', 'after-shown'] as const satisfies readonly FailpointName[];
const PACK = ['start', 'random', 'random', 'after-send', 'during-checkpoint', ...RESUMING, ...STARTING, ...OFTEN] as const;
type Card = (typeof PACK)[number];

export function createKillPlanner(random: Random): KillPlanner {
  const upTo = (most: number): number => 1 + Math.floor(random() * most);
  const deck: Card[] = [];
  const draw = (isFirst: boolean): Card => {
    const other: readonly Card[] = isFirst ? RESUMING : STARTING;
    // Starting a run is rare: that card is played as soon as it can be.
    const wanted = isFirst ? deck.findIndex((card) => STARTING.some((name) => name === card)) : -1;
    const at = wanted >= 0 ? wanted : deck.findIndex((card) => !other.includes(card));
    const [card] = at >= 0 ? deck.splice(at, 1) : [];
    if (card) return card;
    deck.push(...shuffled(PACK.filter((entry) => !deck.includes(entry)), random));
    return draw(isFirst);
  };
  return {
    next: (isFirst, startMs) => ({ aim: aimOf(draw(isFirst), upTo, random, startMs), concurrency: upTo(CONCURRENCY_MAX) }),
  };
}

function aimOf(card: Card, upTo: (most: number) => number, random: Random, startMs: number): Aim {
  switch (card) {
    case 'start':
      return { kind: card, delayMs: random() * startMs };
    case 'random':
      return { kind: card, delayMs: random() * RANDOM_MS };
    case 'after-send':
      return { kind: card, request: upTo(PASSES_MAX) };
    case 'during-checkpoint':
      return { kind: card };
    case 'in-recovery':
    case 'after-recovery':
    case 'after-create':
      return { kind: 'point', name: card, pass: 1 };
    default:
      return { kind: 'point', name: card, pass: upTo(PASSES_MAX) };
  }
}

/** Fisher and Yates, in the version of Durstenfeld. */
function shuffled<T>(cards: readonly T[], random: Random): T[] {
  const mixed = [...cards];
  for (let left = mixed.length - 1; left > 0; left -= 1) {
    const at = Math.floor(random() * (left + 1));
    [mixed[left], mixed[at]] = [mixed[at] as T, mixed[left] as T];
  }
  return mixed;
}
