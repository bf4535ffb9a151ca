import { randomUUID } from 'node:crypto';

import type { BatchDraft, CommandInput, ConnectionTest } from '../../shared/contract/commands.ts';
import { TasklaneError } from '../../shared/errors.ts';
import type { Provider, RunSettings } from '../../shared/vocabulary.ts';
import { checkBaseUrl } from '../executors/base-url.ts';
import type { Store } from '../store/open.ts';
import type { Keys } from './keys.ts';

export const SIMULATED_ID = 'simulated';
export const SIMULATED_NAME = 'Simulated provider';
export const SIMULATED_MODEL = 'simulated-1';

/** The endpoints that a batch may use: the simulated one, always there, and those the user saved. */
export interface ProviderList {
  all(): readonly Provider[];
  defaultId(): string;
  save(input: CommandInput<'provider.save'>): Provider;
  remove(providerId: string): void;
  setDefault(providerId: string): void;
  test(input: CommandInput<'provider.test'>): Promise<ConnectionTest>;
  /** Settings of a run from a batch's draft. Throws `provider_not_found` or `model_needed`. */
  settingsOf(draft: BatchDraft): RunSettings;
  /** Where a run's requests go; starts the simulated provider when it is meant. */
  baseUrlOf(settings: Pick<RunSettings, 'simulated' | 'baseUrl'>): Promise<string>;
}

export function createProviderList(store: Store, keys: Keys, simulatedUrl: () => Promise<string>): ProviderList {
  const simulated: Provider = { id: SIMULATED_ID, name: SIMULATED_NAME, baseUrl: '', model: SIMULATED_MODEL, simulated: true, keyHint: null };
  const all = (): readonly Provider[] => [simulated, ...store.providers.list().map((record) => ({ ...record, simulated: false, keyHint: keys.hint(record.baseUrl) }))];
  const find = (providerId: string): Provider => {
    const provider = all().find(({ id }) => id === providerId);
    if (!provider) throw new TasklaneError('provider_not_found', 'The provider of this batch was removed.', 'Choose another provider in the Prompt tab.');
    return provider;
  };
  const requireReal = (providerId: string): Provider => {
    const provider = find(providerId);
    if (provider.simulated) throw new TasklaneError('usage', 'The simulated provider is built in: it can neither be changed nor removed.');
    return provider;
  };
  const defaultId = (): string => {
    const chosen = store.providers.defaultId();
    return all().some(({ id }) => id === chosen) ? (chosen ?? SIMULATED_ID) : SIMULATED_ID;
  };
  const baseUrlOf: ProviderList['baseUrlOf'] = async (settings) => (settings.simulated ? simulatedUrl() : settings.baseUrl);

  return {
    all,
    defaultId,
    save(input) {
      const id = input.providerId === null ? randomUUID() : requireReal(input.providerId).id;
      const baseUrl = checkBaseUrl(input.baseUrl).href.replace(/\/$/, '');
      store.providers.save({ id, name: input.name.trim(), baseUrl, model: input.model.trim() });
      if (input.key !== null) keys.set(baseUrl, input.key.trim());
      if (input.makeDefault) store.providers.setDefault(id);
      return find(id);
    },
    remove(providerId) {
      store.providers.remove(requireReal(providerId).id);
    },
    setDefault(providerId) {
      store.providers.setDefault(find(providerId).id);
    },
    async test(input) {
      const { testConnection } = await import('../executors/connection.ts');
      if (input.providerId === SIMULATED_ID) return testConnection({ baseUrl: await simulatedUrl(), key: null });
      const baseUrl = checkBaseUrl(input.baseUrl).href.replace(/\/$/, '');
      return testConnection({ baseUrl, key: input.key?.trim() || keys.get(baseUrl) });
    },
    settingsOf(draft) {
      const provider = find(draft.providerId);
      const model = draft.model.trim() || provider.model;
      if (model === '') throw new TasklaneError('model_needed', `No model is chosen for ${provider.name}.`, 'Enter the name of a model in the Prompt tab.');
      const { template, system, concurrency, maxAttempts, timeoutMs, maxTokens, temperature, stream } = draft;
      return { template, system, providerId: provider.id, providerName: provider.name, baseUrl: provider.baseUrl, simulated: provider.simulated, model, concurrency, maxAttempts, timeoutMs, maxTokens, temperature, stream };
    },
    baseUrlOf,
  };
}
