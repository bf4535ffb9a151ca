import type { ModelInfo, Provider } from '@pydantic/genai-prices';
import { TasklaneError } from '../../shared/errors.ts';
import { isAtAddress, publicAddress } from './table-provider.ts';

/** The price table that ships with Tasklane; its date is that of the version's release, its prices may be some days older. */
export const PRICE_TABLE = { name: '@pydantic/genai-prices', version: '0.1.8', date: '2026-09-23' } as const;

/**
 * The made-up price of the simulated provider, USD per million tokens: plain numbers that no real model is known by, high
 * enough that the sample batch costs something. Whatever is computed from it has `simulated: true` and is labelled so.
 */
export const SIMULATED_PRICE = { inputUsdPerMillion: 1, outputUsdPerMillion: 5 } as const;

const TOKENS_PER_MILLION = 1_000_000;

/** A price that a user gave, USD per million tokens, 0 or more. */
export interface UserPrice {
  readonly inputUsdPerMillion: number;
  readonly outputUsdPerMillion: number;
}

/** A price as it is shown, kept and sent over the wire: plain data. */
export interface PriceTag {
  /** USD per million input tokens. Where `isTiered`, that of short prompts. */
  readonly inputUsdPerMillion: number;
  /** USD per million input tokens that the provider had in its cache; null where it charges them like the others. */
  readonly cachedInputUsdPerMillion: number | null;
  readonly outputUsdPerMillion: number;
  /** Fixed fee per request, USD; 0 for most. */
  readonly requestUsd: number;
  /** Long prompts have another price. */
  readonly isTiered: boolean;
  /** The price changes with the date or the time of day; the tag shows that of the time it was asked for. */
  readonly isTimed: boolean;
  /** A made-up provider: whatever is computed from this is labelled "simulated". */
  readonly simulated: boolean;
  readonly source: 'table' | 'user' | 'simulated';
  /** Who takes this price, as the table names it; null outside the table. */
  readonly provider: string | null;
  /** The table's entry that fits the model; null outside the table. */
  readonly model: string | null;
  /** Date of the table, ISO 8601; null outside the table. */
  readonly tableDate: string | null;
}

/** Tokens as a provider billed them; null where it did not say. */
export interface BilledTokens {
  /** All input tokens, those from the cache included. */
  readonly inputTokens: number | null;
  /** Those of them that came from the provider's cache; null or left out counts as none. */
  readonly cachedInputTokens?: number | null;
  readonly outputTokens: number | null;
}

export interface Price {
  readonly tag: PriceTag;
  /** USD for tokens billed at `at` (wall clock; matters where `tag.isTimed`). All counts finite, 0 or more, cached <= input. */
  cost(tokens: { readonly input: number; readonly cachedInput: number; readonly output: number }, at: Date): number;
}

export interface PriceQuestion {
  /** Base URL with version path; '' for the simulated provider. */
  readonly baseUrl: string;
  readonly model: string;
  readonly simulated: boolean;
  /** The user's own price, which comes before all others; null when there is none. */
  readonly userPrice: UserPrice | null;
  /** Wall clock: some prices have a date or a time of day. */
  readonly at: Date;
}

/**
 * The price of a model at a base URL; null when it is unknown, which is never the same as 0. First the user's own, then the
 * made-up one of the simulated provider, then the kept table's, by the provider that is at the address: the name of a model
 * alone proves nothing. Entries without both an input and an output price (free tiers, subscriptions, models by the hour)
 * are unknown. Loads the table on first use (about 60 ms of the event loop). Throws `usage` for a price that is none.
 */
export async function priceOf({ baseUrl, model, simulated, userPrice, at }: PriceQuestion): Promise<Price | null> {
  if (userPrice) return fixedPrice(checked(userPrice), { simulated, source: 'user' });
  if (simulated) return fixedPrice(SIMULATED_PRICE, { simulated, source: 'simulated' });
  const address = publicAddress(baseUrl);
  if (address === null) return null;
  return tablePrice(address, model, at);
}

/** USD for one attempt; null when the price or a count is unknown. `at`: wall clock of the attempt. */
export function costOf(price: Price | null, tokens: BilledTokens, at: Date): number | null {
  const { inputTokens, outputTokens, cachedInputTokens } = tokens;
  if (price === null || !isCount(inputTokens) || !isCount(outputTokens)) return null;
  // Some servers name more cached tokens than there were input tokens.
  const cachedInput = isCount(cachedInputTokens) ? Math.min(cachedInputTokens, inputTokens) : 0;
  return price.cost({ input: inputTokens, cachedInput, output: outputTokens }, at);
}

function isCount(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function checked(price: UserPrice): UserPrice {
  for (const [name, value] of [['input', price.inputUsdPerMillion], ['output', price.outputUsdPerMillion]] as const) {
    if (!(Number.isFinite(value) && value >= 0)) throw new TasklaneError('usage', `The ${name} price was ${value}; USD per million tokens, 0 or more, was expected.`, 'Write it like 2.50.');
  }
  return price;
}

function fixedPrice({ inputUsdPerMillion, outputUsdPerMillion }: UserPrice, { simulated, source }: Pick<PriceTag, 'simulated' | 'source'>): Price {
  const tag: PriceTag = { inputUsdPerMillion, cachedInputUsdPerMillion: null, outputUsdPerMillion, requestUsd: 0, isTiered: false, isTimed: false, simulated, source, provider: null, model: null, tableDate: null };
  return { tag, cost: (tokens) => plainCost(tag, tokens) };
}

/** What `calcPrice` of the table's library gives for a price without tiers, at a hundredth of its time. */
function plainCost(tag: PriceTag, { input, cachedInput, output }: Parameters<Price['cost']>[0]): number {
  const cachedPrice = tag.cachedInputUsdPerMillion ?? tag.inputUsdPerMillion;
  return ((input - cachedInput) * tag.inputUsdPerMillion + cachedInput * cachedPrice + output * tag.outputUsdPerMillion) / TOKENS_PER_MILLION + tag.requestUsd;
}

async function tablePrice(address: string, model: string, at: Date): Promise<Price | null> {
  const { calcPrice, findProvider } = await import('@pydantic/genai-prices');
  const provider = findProvider({ providerApiUrl: address });
  if (!provider || !isAtAddress(provider, address)) return null;
  const found = calcPrice({ input_tokens: 0, output_tokens: 0 }, model, { providerId: provider.id, timestamp: at });
  if (!found) return null;
  const { model_price: rates } = found;
  const inputUsdPerMillion = baseRate(rates['input_mtok']);
  const outputUsdPerMillion = baseRate(rates['output_mtok']);
  if (inputUsdPerMillion === null || outputUsdPerMillion === null) return null;
  const tag: PriceTag = {
    inputUsdPerMillion,
    cachedInputUsdPerMillion: baseRate(rates['cache_read_mtok']),
    outputUsdPerMillion,
    requestUsd: (baseRate(rates['requests_kcount']) ?? 0) / 1000,
    isTiered: [rates['input_mtok'], rates['output_mtok'], rates['cache_read_mtok']].some((rate) => typeof rate === 'object'),
    isTimed: Array.isArray(found.model.prices) && found.model.prices.length > 1,
    simulated: false,
    source: 'table',
    provider: provider.name,
    model: found.model.id,
    tableDate: PRICE_TABLE.date,
  };
  if (!tag.isTiered && !tag.isTimed) return { tag, cost: (tokens) => plainCost(tag, tokens) };
  const alone = onlyModel(provider, found.model);
  return {
    tag,
    cost({ input, cachedInput, output }, time) {
      const usage = { input_tokens: input, cache_read_tokens: cachedInput, output_tokens: output };
      const result = calcPrice(usage, found.model.id, { provider: alone, timestamp: time });
      if (!result) throw new Error(`The price of ${found.model.id} at ${provider.id} was known and is not any more`);
      return result.total_price;
    },
  };
}

/** The provider with this model alone: the library then need not search for it with every attempt. */
function onlyModel(provider: Provider, model: ModelInfo): Provider {
  return { id: provider.id, name: provider.name, api_pattern: provider.api_pattern, models: [{ ...model, match: { equals: model.id } }] };
}

function baseRate(rate: number | { readonly base: number } | undefined): number | null {
  if (rate === undefined) return null;
  return typeof rate === 'number' ? rate : rate.base;
}
