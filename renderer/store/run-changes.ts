import type { BatchDraft } from '../../shared/contract/commands.ts';
import type { Provider, RunSettings } from '../../shared/vocabulary.ts';

/**
 * What of the draft is not what the run was started with, in words; empty when the same is asked of the same model. A run
 * goes on with its own settings, so that this is said before it is resumed.
 */
export function draftChanges(settings: RunSettings, draft: BatchDraft, providers: readonly Provider[]): readonly string[] {
  const provider = providers.find((known) => known.id === draft.providerId);
  const changes: string[] = [];
  if (draft.template !== settings.template) changes.push('prompt');
  if (draft.system !== settings.system) changes.push('system prompt');
  // A run from the terminal may have a base URL only; then there is no provider to compare with.
  if (settings.providerId !== null && draft.providerId !== settings.providerId) changes.push('provider');
  else if (settings.providerId !== null && provider !== undefined && provider.baseUrl !== settings.baseUrl) changes.push('provider address');
  if ((draft.model.trim() || (provider?.model ?? '')) !== settings.model) changes.push('model');
  if (draft.maxTokens !== settings.maxTokens) changes.push('max tokens');
  if (draft.temperature !== settings.temperature) changes.push('temperature');
  return changes;
}

/** Words in a row: "prompt", "prompt and model", "prompt, model and temperature". */
export function inWords(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
