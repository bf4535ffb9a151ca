import { TasklaneError } from '../../shared/errors.ts';
import type { Price } from './prices.ts';

/** Money is counted in whole billionths of a dollar, so that any number of additions is exact (up to 9 million USD). */
const NANOS_PER_USD = 1_000_000_000;

/** What is set aside for one attempt, until it is settled. */
export interface Reservation {
  readonly usd: number;
}

/**
 * `granted`: it may be sent. `wait`: it would fit if attempts in flight turn out cheaper than reserved; ask again when one
 * is settled. `exhausted`: what is spent leaves no room for it, so waiting is no use: stop the batch.
 */
export type ReserveResult = { readonly kind: 'granted'; readonly reservation: Reservation } | { readonly kind: 'wait' } | { readonly kind: 'exhausted' };

export interface BudgetFigures {
  /** null: no limit. */
  readonly limitUsd: number | null;
  readonly spentUsd: number;
  /** The part of `spentUsd` for attempts whose bill is not known; it is what was reserved for them. */
  readonly unconfirmedUsd: number;
  /** Set aside for attempts in flight. */
  readonly reservedUsd: number;
}

/**
 * A hard limit on what may be spent. Before an attempt is sent its estimate is reserved, and refused where spent + reserved +
 * estimate would pass the limit; afterwards the reservation is settled by the bill.
 *
 * While no bill is above its reservation, spent + reserved never passes the limit (settling then only lowers the sum). If
 * bills are higher, spent ends at most limit + the sum of (bill - reserved) over the attempts that were in flight just after
 * the last grant: at that grant all that was settled before, its excess included, was within the limit, and only those in
 * flight can add to it afterwards.
 */
export interface MoneyBudget {
  /** `estimateUsd`: what the attempt may cost, 0 or more. */
  reserve(estimateUsd: number): ReserveResult;
  /** Ends a reservation with the bill, USD; null when it is not known (cut, reset, no usage in the answer: may have been billed), which counts as what was reserved. */
  settle(reservation: Reservation, billedUsd: number | null): void;
  /** Ends a reservation of what was never sent. */
  release(reservation: Reservation): void;
  /** Another limit from now on, USD; null for none. What is in flight goes on. */
  setLimit(limitUsd: number | null): void;
  figures(): BudgetFigures;
}

/**
 * `limitUsd`: 0 or more, null for no limit. `spentUsd`: what earlier lives of the run spent, attempts whose bill is not known
 * included. Throws `usage` for a limit that is none.
 */
export function createMoneyBudget({ limitUsd, spentUsd = 0 }: { readonly limitUsd: number | null; readonly spentUsd?: number }): MoneyBudget {
  let limit = limitNanos(limitUsd);
  let spent = nanosUp(spentUsd);
  let unconfirmed = 0;
  let reserved = 0;
  const open = new Map<Reservation, number>();

  const close = (reservation: Reservation): number => {
    const nanos = open.get(reservation);
    if (nanos === undefined) throw new Error('A reservation is settled or released once, by the budget that granted it');
    open.delete(reservation);
    reserved -= nanos;
    return nanos;
  };
  return {
    reserve(estimateUsd) {
      const nanos = nanosUp(estimateUsd);
      if (spent + nanos > limit) return { kind: 'exhausted' };
      if (spent + reserved + nanos > limit) return { kind: 'wait' };
      const reservation: Reservation = { usd: nanos / NANOS_PER_USD };
      open.set(reservation, nanos);
      reserved += nanos;
      return { kind: 'granted', reservation };
    },
    settle(reservation, billedUsd) {
      const billed = billedUsd === null ? null : nanosUp(billedUsd);
      const nanos = close(reservation);
      spent += billed ?? nanos;
      if (billed === null) unconfirmed += nanos;
    },
    release(reservation) {
      close(reservation);
    },
    setLimit(usd) {
      limit = limitNanos(usd);
    },
    figures: () => ({
      limitUsd: limit === Number.POSITIVE_INFINITY ? null : limit / NANOS_PER_USD,
      spentUsd: spent / NANOS_PER_USD,
      unconfirmedUsd: unconfirmed / NANOS_PER_USD,
      reservedUsd: reserved / NANOS_PER_USD,
    }),
  };
}

/** The price, where a budget can be kept with it. Throws `usage` when a limit is set and the price is unknown: nothing could be reserved, so nothing is sent. */
export function priceForBudget(price: Price | null, { limitUsd, model, provider }: { readonly limitUsd: number | null; readonly model: string; readonly provider: string }): Price | null {
  if (price !== null || limitUsd === null) return price;
  throw new TasklaneError(
    'usage',
    `A budget of $${limitUsd} needs a known price, but that of "${model}" at ${provider} is unknown.`,
    'Enter the price of input and output tokens for this provider, or run without a budget.',
  );
}

/** Rounded up, by a billionth of a dollar at most: the limit holds whatever is rounded. */
function nanosUp(usd: number): number {
  if (!Number.isFinite(usd) || usd < 0) throw new Error(`USD, 0 or more, were expected, but ${usd} came`);
  // Guards against 0.07 x 1e9 = 70000000.00000001 counting as one billionth more.
  return Math.ceil(Number((usd * NANOS_PER_USD).toFixed(3)));
}

function limitNanos(limitUsd: number | null): number {
  if (limitUsd === null) return Number.POSITIVE_INFINITY;
  if (!Number.isFinite(limitUsd) || limitUsd < 0) throw new TasklaneError('usage', `The budget was ${limitUsd}; USD, 0 or more, were expected.`, 'Write it like 5 or 2.50.');
  return Math.floor(Number((limitUsd * NANOS_PER_USD).toFixed(3)));
}
