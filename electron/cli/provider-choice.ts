import { TasklaneError } from '../../shared/errors.ts';
import type { Provider, RunSettings } from '../../shared/vocabulary.ts';
import * as values from './values.ts';

export type ProviderChoice = Pick<RunSettings, 'providerId' | 'providerName' | 'baseUrl' | 'simulated' | 'model'>;

export interface ProviderQuestion {
  readonly provider: string | undefined;
  readonly baseUrl: string | undefined;
  readonly model: string | undefined;
  readonly apiKeyEnv: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Providers the store knows, the simulated one among them. */
  readonly known: readonly Provider[];
}

const OPENAI_BASE_URL = 'https://api.openai.com/v1';
const SIMULATED_NAME = 'simulated';

/**
 * Where the tasks go: `--provider`, else `--base-url`, else OPENAI_BASE_URL or (with OPENAI_API_KEY alone) OpenAI
 * itself, else the simulated provider. Throws `provider_not_found`, `model_needed` or `usage`.
 */
export function chooseProvider(question: ProviderQuestion): ProviderChoice {
  const { provider, baseUrl, model, known } = question;
  const url = baseUrl ?? (provider === undefined ? baseUrlFromEnvironment(question.env) : undefined);
  if (url !== undefined) return { providerId: null, providerName: new URL(url).host, baseUrl: url, simulated: false, model: needed(model, new URL(url).host) };
  const record = provider === undefined || provider.toLowerCase() === SIMULATED_NAME ? known.find((entry) => entry.simulated) : recordOf(provider, known);
  if (record === undefined) throw new TasklaneError('provider_not_found', 'The simulated provider is not there.', 'Name another provider with --provider or --base-url.');
  if (record.simulated) {
    if (question.apiKeyEnv !== undefined) throw new TasklaneError('usage', '--api-key-env needs a provider to send the key to; the simulated one takes none.', 'Add --base-url URL or --provider NAME.');
    return { providerId: record.id, providerName: record.name, baseUrl: '', simulated: true, model: model ?? record.model };
  }
  return { providerId: record.id, providerName: record.name, baseUrl: record.baseUrl, simulated: false, model: needed(model ?? record.model, record.name) };
}

function baseUrlFromEnvironment(env: ProviderQuestion['env']): string | undefined {
  const given = env['OPENAI_BASE_URL']?.trim() ?? '';
  if (given === '') return (env['OPENAI_API_KEY']?.trim() ?? '') === '' ? undefined : OPENAI_BASE_URL;
  try {
    return values.baseUrl(given);
  } catch (error) {
    throw new TasklaneError('usage', 'OPENAI_BASE_URL is set, but not to an http or https URL without user name, password, query and fragment.', 'Mend or unset it, or say where to send with --base-url or --provider.', { cause: error });
  }
}

function needed(model: string | undefined, providerName: string): string {
  if (model === undefined || model === '') throw new TasklaneError('model_needed', `A model is needed for ${providerName}.`, 'Name it with --model, or use --provider simulated to try things out for free.');
  return model;
}

function recordOf(name: string, known: readonly Provider[]): Provider {
  const exact = known.filter((entry) => entry.name === name);
  const found = exact.length > 0 ? exact : known.filter((entry) => entry.name.toLowerCase() === name.toLowerCase());
  const [first, second] = found;
  if (first === undefined) {
    const names = known.map((entry) => (entry.simulated ? SIMULATED_NAME : `"${entry.name}"`)).join(', ');
    throw new TasklaneError('provider_not_found', `No saved provider is called "${name}". There ${known.length === 1 ? 'is' : 'are'}: ${names}.`, 'Save it in the window or the browser first, or give its URL with --base-url.');
  }
  if (second !== undefined) throw new TasklaneError('usage', `${found.length} saved providers are called "${name}".`, 'Rename one of them, or give the URL with --base-url.');
  return first;
}
