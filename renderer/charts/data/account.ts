import type { SlotAccount } from '../../../shared/contract/summary.ts';
import { shareText, type Sentence } from './sentence.ts';
import { ceilingText } from './speedup.ts';

export type AccountPart = Exclude<keyof SlotAccount, 'slotMs'>;

export interface AccountShare {
  readonly part: AccountPart;
  readonly name: string;
  /** What it means, in plain words. */
  readonly meaning: string;
  readonly ms: number;
  /** Of all slot time, 0 to 1. */
  readonly fraction: number;
}

const PARTS: readonly { readonly part: AccountPart; readonly name: string; readonly meaning: string }[] = [
  { part: 'serviceMs', name: 'Service', meaning: 'requests in flight' },
  { part: 'dispatchGapMs', name: 'Dispatch gap', meaning: 'a task was ready, not yet sent' },
  { part: 'rampMs', name: 'Ramp', meaning: "before a slot's first request" },
  { part: 'rateWaitMs', name: 'Rate wait', meaning: 'held back by a rate limit' },
  { part: 'backoffMs', name: 'Backoff', meaning: 'waiting before a retry' },
  { part: 'tailMs', name: 'Tail', meaning: 'no tasks left for the slot' },
];

const LOSS_WORDS: Record<Exclude<AccountPart, 'serviceMs'>, string> = {
  dispatchGapMs: 'gaps between finishing one request and sending the next',
  rampMs: 'slots that had not sent their first request yet',
  rateWaitMs: 'tasks held back by a rate limit',
  backoffMs: 'tasks that waited before a retry',
  tailMs: 'slots with nothing left to do while the last tasks finished',
};

/** The parts in reading order, each with its share; they add up to all slot time. */
export function accountShares(account: SlotAccount): readonly AccountShare[] {
  return PARTS.map(({ part, name, meaning }) => ({ part, name, meaning, ms: account[part], fraction: account.slotMs > 0 ? account[part] / account.slotMs : 0 }));
}

/** `Why not 3x?`, with the ceiling that the number of slots sets. */
export function accountQuestion(theoreticalMax: number): string {
  return theoreticalMax > 1 ? `Why not ${ceilingText(theoreticalMax)}?` : 'Where did the slot time go?';
}

/** One sentence: how much slot time did work, and what the largest loss was. */
export function accountSentence(shares: readonly AccountShare[], soFar: boolean): Sentence {
  const service = shares.find((share) => share.part === 'serviceMs')!;
  const losses = shares.filter((share) => share.part !== 'serviceMs').sort((left, right) => right.ms - left.ms);
  const largest = losses[0]!;
  const opening: Sentence = [soFar ? 'So far the slots spent ' : 'The slots spent ', { value: shareText(service.fraction), testId: 'chart-utilisation-value' }, ' of their time on requests'];
  if (largest.ms <= 0 || largest.fraction < 0.001) return [...opening, '; almost nothing was lost.'];
  return [...opening, '; the largest loss, ', { value: shareText(largest.fraction) }, `, was ${LOSS_WORDS[largest.part as Exclude<AccountPart, 'serviceMs'>]}.`];
}
