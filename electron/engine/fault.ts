import { toErrorInfo } from '../../shared/errors.ts';
import type { StopReason } from '../../shared/vocabulary.ts';
import { damageSentence, isStoreError } from '../store/store-error.ts';
import { stopMessage } from './retry-policy.ts';

/** Why a run stands still, and the sentence for people that goes with it. */
export interface Stop {
  readonly reason: StopReason;
  readonly message: string;
}

/**
 * Why a run stops when something is thrown where no caller is left to see it (in a timer, a promise, a slot, at the
 * asking of another run): the store refuses or is damaged, or a fault of ours.
 */
export function stopAfter(thrown: unknown): Stop {
  if (isStoreError(thrown)) return { reason: 'disk', message: damageSentence(thrown) ?? stopMessage('disk', null) };
  return { reason: 'internal', message: toErrorInfo(thrown).message };
}
