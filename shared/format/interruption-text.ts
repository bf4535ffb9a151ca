import type { RunHeader } from '../vocabulary.ts';
import { formatCount } from './format.ts';

/** "Interrupted at 812 of 1,000", and a sentence on what became of the tasks that were in flight; '' when that is not known. */
export function interruptionText({ completed, failed, total, interruption }: Pick<RunHeader, 'completed' | 'failed' | 'total' | 'interruption'>): { readonly title: string; readonly sentence: string } {
  const { inFlight, parked } = interruption ?? { inFlight: 0, parked: 0 };
  // Parked tasks stand with the failures, but the program ended before they did.
  const title = `Interrupted at ${formatCount(completed + failed - parked)} of ${formatCount(total)}`;
  if (interruption === null) return { title, sentence: '' };
  if (inFlight === 0) return { title, sentence: 'nothing was in flight.' };
  const billed = `${formatCount(inFlight)} in flight may have been billed`;
  if (parked === 0) return { title, sentence: `${billed}; resuming sends ${inFlight === 1 ? 'it' : 'them'} once more, flagged.` };
  if (parked === inFlight) return { title, sentence: `${billed} and ${inFlight === 1 ? 'is' : 'are'} kept with the failures, for you to decide.` };
  return { title, sentence: `${billed}: ${formatCount(parked)} of them ${parked === 1 ? 'is' : 'are'} kept with the failures, resuming sends the other ${formatCount(inFlight - parked)} once more, flagged.` };
}
