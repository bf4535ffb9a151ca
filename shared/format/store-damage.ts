const DAMAGED = 'The store is damaged:';

/** Says that the store is damaged, and how: `reason` is part of a sentence, without a full stop. */
export function storeDamageText(reason: string): string {
  return `${DAMAGED} ${reason}.`;
}

/**
 * Whether a run stopped with this message because the store is damaged. Such a run can't be resumed: the next start sets
 * the store aside and begins with an empty one.
 */
export function tellsOfStoreDamage(stopMessage: string | null): boolean {
  return stopMessage?.startsWith(DAMAGED) === true;
}
