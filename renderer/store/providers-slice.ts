import type { CommandInput, ConnectionTest } from '../../shared/contract/commands.ts';
import type { Provider } from '../../shared/vocabulary.ts';
import type { Services } from './services.ts';
import type { GetState, SetState } from './state.ts';

export interface ProvidersSlice {
  readonly providers: readonly Provider[];
  readonly defaultProviderId: string;
  /** The answer of a connection test; a failure to ask is an answer too. */
  readonly testProvider: (input: CommandInput<'provider.test'>) => Promise<ConnectionTest | null>;
  /** The saved provider, or null when it was refused (a notice says why). */
  readonly saveProvider: (input: CommandInput<'provider.save'>) => Promise<Provider | null>;
  readonly removeProvider: (providerId: string) => Promise<void>;
  readonly setDefaultProvider: (providerId: string) => Promise<void>;
}

/** Names and base URLs that fill the form; none is contacted before "Test connection" or a run. */
export const PROVIDER_PRESETS: readonly { readonly name: string; readonly baseUrl: string }[] = [
  { name: 'OpenAI', baseUrl: 'https://api.openai.com/v1' },
  { name: 'OpenRouter', baseUrl: 'https://openrouter.ai/api/v1' },
  { name: 'Groq', baseUrl: 'https://api.groq.com/openai/v1' },
  { name: 'Together', baseUrl: 'https://api.together.xyz/v1' },
  { name: 'DeepSeek', baseUrl: 'https://api.deepseek.com/v1' },
  { name: 'Mistral', baseUrl: 'https://api.mistral.ai/v1' },
  { name: 'LM Studio', baseUrl: 'http://127.0.0.1:1234/v1' },
  { name: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1' },
  { name: 'vLLM', baseUrl: 'http://127.0.0.1:8000/v1' },
  { name: 'llama.cpp', baseUrl: 'http://127.0.0.1:8080/v1' },
];

export function createProvidersSlice(set: SetState, get: GetState, services: Services): ProvidersSlice {
  const { client } = services;
  return {
    providers: [],
    defaultProviderId: '',
    async testProvider(input) {
      let answer: ConnectionTest | null = null;
      await get().attempt(async () => {
        answer = await client.call('provider.test', input);
      });
      return answer;
    },
    async saveProvider(input) {
      if (get().refusesChanges()) return null;
      let saved: Provider | null = null;
      await get().attempt(async () => {
        const provider = await client.call('provider.save', input);
        saved = provider;
        const others = get().providers.filter((known) => known.id !== provider.id);
        const position = get().providers.findIndex((known) => known.id === provider.id);
        set({ providers: position === -1 ? [...others, provider] : get().providers.with(position, provider) });
        if (input.makeDefault) set({ defaultProviderId: provider.id });
      });
      return saved;
    },
    async removeProvider(providerId) {
      if (get().refusesChanges()) return;
      await get().attempt(async () => {
        await client.call('provider.remove', { providerId });
        set({ providers: get().providers.filter((provider) => provider.id !== providerId) });
      });
    },
    async setDefaultProvider(providerId) {
      if (get().refusesChanges()) return;
      await get().attempt(async () => {
        await client.call('provider.setDefault', { providerId });
        set({ defaultProviderId: providerId });
      });
    },
  };
}
