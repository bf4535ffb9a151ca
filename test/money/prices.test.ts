import { calcPrice, findProvider } from '@pydantic/genai-prices';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { costOf, PRICE_TABLE, priceOf, type PriceTag } from '../../electron/money/prices.ts';
import { errorCode } from './error-code.ts';

const AT = new Date('2026-11-23T12:00:00Z');
const OPENAI = 'https://api.openai.com/v1';
const tableTag = (parts: Partial<PriceTag>): PriceTag => ({
  inputUsdPerMillion: 0,
  cachedInputUsdPerMillion: null,
  outputUsdPerMillion: 0,
  requestUsd: 0,
  isTiered: false,
  isTimed: false,
  simulated: false,
  source: 'table',
  provider: null,
  model: null,
  tableDate: PRICE_TABLE.date,
  ...parts,
});
const at = (baseUrl: string, model: string, time = AT) => priceOf({ baseUrl, model, simulated: false, userPrice: null, at: time });
const tagAt = async (baseUrl: string, model: string) => (await at(baseUrl, model))?.tag ?? null;

describe('what the table knows', () => {
  test('a model has the price of the provider at the address, with cached input, where it came from and how old it is', async () => {
    expect(await tagAt(OPENAI, 'gpt-4o-mini')).toEqual(tableTag({ inputUsdPerMillion: 0.15, cachedInputUsdPerMillion: 0.075, outputUsdPerMillion: 0.6, provider: 'OpenAI', model: 'gpt-4o-mini' }));
    expect(await tagAt('https://api.groq.com/openai/v1', 'llama-3.3-70b-versatile')).toEqual(tableTag({ inputUsdPerMillion: 0.59, outputUsdPerMillion: 0.79, provider: 'Groq', model: 'llama-3.3-70b-versatile' }));
  });

  test('the same model has another name and price elsewhere: its name alone finds nothing there', async () => {
    expect(await tagAt('https://openrouter.ai/api/v1', 'gpt-4o')).toBeNull();
    expect(await tagAt('https://openrouter.ai/api/v1', 'openai/gpt-4o')).toMatchObject({ inputUsdPerMillion: 2.5, outputUsdPerMillion: 10, provider: 'OpenRouter' });
    expect(await tagAt('https://api.mistral.ai/v1', 'gpt-4o')).toBeNull();
  });

  test('a provider with several top-level names is known under each', async () => {
    for (const domain of ['ai', 'cn']) expect(await tagAt(`https://api.moonshot.${domain}/v1`, 'kimi-k2-0905-preview')).toMatchObject({ inputUsdPerMillion: 0.6, outputUsdPerMillion: 2.5 });
  });

  test('a fine-tuned model costs more than its base, not the same', async () => {
    expect(await tagAt(OPENAI, 'ft:gpt-4o-mini-2024-07-18:acme::abc')).toMatchObject({ inputUsdPerMillion: 0.3, outputUsdPerMillion: 1.2, model: 'ft:gpt-4o-mini' });
  });

  test('a fee per request is part of the price', async () => {
    const price = await at('https://api.perplexity.ai', 'sonar');
    expect(price?.tag).toEqual(tableTag({ inputUsdPerMillion: 1, outputUsdPerMillion: 1, requestUsd: 0.012, provider: 'Perplexity', model: 'sonar' }));
    expect(costOf(price, { inputTokens: 1000, outputTokens: 500 }, AT)).toBeCloseTo(0.0135, 12);
  });

  test('a long prompt has the price of its tier, output included', async () => {
    const price = await at(OPENAI, 'gpt-5.4');
    expect(price?.tag).toEqual(tableTag({ inputUsdPerMillion: 2.5, cachedInputUsdPerMillion: 0.25, outputUsdPerMillion: 15, isTiered: true, provider: 'OpenAI', model: 'gpt-5.4' }));
    expect(costOf(price, { inputTokens: 100_000, outputTokens: 1000 }, AT)).toBeCloseTo(0.265, 12);
    expect(costOf(price, { inputTokens: 300_000, outputTokens: 1000 }, AT)).toBeCloseTo(1.5225, 12);
  });

  test('a price that depends on the time of day is that of the attempt, not that of the start of the run', async () => {
    const price = await at('https://api.deepseek.com/v1', 'deepseek-chat', new Date('2026-11-23T20:00:00Z'));
    expect(price?.tag).toMatchObject({ inputUsdPerMillion: 0.135, outputUsdPerMillion: 0.55, isTimed: true });
    const tokens = { inputTokens: 1_000_000, cachedInputTokens: 0, outputTokens: 1_000_000 };
    expect(costOf(price, tokens, new Date('2026-11-23T20:00:00Z'))).toBeCloseTo(0.685, 12);
    expect(costOf(price, tokens, new Date('2026-11-23T12:00:00Z'))).toBeCloseTo(1.37, 12);
  });

  test('the quick way to a cost gives what the library gives, for every model of the usual providers', async () => {
    const addresses = [OPENAI, 'https://openrouter.ai/api/v1', 'https://api.groq.com/openai/v1', 'https://api.together.xyz/v1', 'https://api.deepseek.com/v1', 'https://api.mistral.ai/v1', 'https://generativelanguage.googleapis.com/v1beta/openai', 'https://api.anthropic.com/v1', 'https://api.x.ai/v1', 'https://api.perplexity.ai', 'https://api.moonshot.ai/v1', 'https://house.openai.azure.com/openai/v1'];
    const usages = [[1200, 0, 300], [1200, 700, 300], [450_000, 1000, 9000], [0, 0, 0]] as const;
    const priced = new Map<string, number>();
    for (const address of addresses) {
      const provider = findProvider({ providerApiUrl: address })!;
      for (const { id } of provider.models) {
        const price = await at(address, id);
        if (price === null) continue;
        priced.set(provider.id, (priced.get(provider.id) ?? 0) + 1);
        for (const [input, cached, output] of usages) {
          const usage = cached > 0 ? { input_tokens: input, cache_read_tokens: cached, output_tokens: output } : { input_tokens: input, output_tokens: output };
          const expected = calcPrice(usage, id, { providerId: provider.id, timestamp: AT })!.total_price;
          const cost = costOf(price, { inputTokens: input, cachedInputTokens: cached, outputTokens: output }, AT)!;
          expect({ id, usage, isSame: Math.abs(cost - expected) <= 1e-12 + expected * 1e-12 }).toEqual({ id, usage, isSame: true });
        }
      }
    }
    expect([...priced.keys()]).toEqual(['openai', 'openrouter', 'groq', 'together', 'deepseek', 'mistral', 'google', 'anthropic', 'x-ai', 'perplexity', 'moonshotai', 'azure']);
    expect([...priced.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(500);
  });

  test('the date that is shown belongs to the table that is installed', async () => {
    const installed: unknown = JSON.parse(await readFile(join(import.meta.dirname, '../../node_modules/@pydantic/genai-prices/package.json'), 'utf8'));
    expect(installed).toMatchObject({ name: PRICE_TABLE.name, version: PRICE_TABLE.version });
  });
});

describe('what is unknown is never 0', () => {
  test.each([
    ['an unknown model', OPENAI, 'gpt-none'],
    ['a model without a price for answers', OPENAI, 'text-embedding-3-small'],
    ['a free tier, of which the table has no prices', 'https://openrouter.ai/api/v1', 'deepseek/deepseek-r1:free'],
    ['a subscription', 'https://api.githubcopilot.com', 'gpt-4o'],
    ['a local server', 'http://127.0.0.1:1234/v1', 'gpt-4o'],
    ['a local server with a certificate', 'https://localhost/v1', 'gpt-4o'],
    ['an address of a private network', 'https://192.168.1.20/v1', 'gpt-4o'],
    ['an IPv6 address', 'https://[::1]:8080/v1', 'gpt-4o'],
    ['a name of a private network', 'https://openai.azure.com.internal/v1', 'gpt-4o'],
    ['a provider that the table does not have', 'https://llm.example.org/v1', 'gpt-4o'],
    ['a host that begins like a provider', 'https://api.openai.com.example.org/v1', 'gpt-4o'],
    ['a host that goes on like a provider', 'https://api.openai.community/v1', 'gpt-4o'],
    ['another port of a provider', 'https://api.openai.com:8443/v1', 'gpt-4o'],
    ['a path that looks like a provider', 'https://example.org/x.googleapis.com/v1', 'gemini-2.5-pro'],
    ['an open last label that holds more than one', 'https://api.moonshot.example.org/v1', 'kimi-k2-0905-preview'],
    ['a name of the local network that an open last label would take', 'https://api.moonshot.local/v1', 'kimi-k2-0905-preview'],
    ['no address at all', '', 'gpt-4o'],
  ])('%s', async (_, baseUrl, model) => {
    expect(await at(baseUrl, model)).toBeNull();
  });

  test('without a price or without both counts there is no cost', async () => {
    const price = await at(OPENAI, 'gpt-4o-mini');
    expect(costOf(null, { inputTokens: 5, outputTokens: 5 }, AT)).toBeNull();
    expect(costOf(price, { inputTokens: null, outputTokens: 5 }, AT)).toBeNull();
    expect(costOf(price, { inputTokens: 5, outputTokens: null }, AT)).toBeNull();
    expect(costOf(price, { inputTokens: 5, outputTokens: Number.NaN }, AT)).toBeNull();
    expect(costOf(price, { inputTokens: 0, outputTokens: 0 }, AT)).toBe(0);
  });

  test('more cached tokens than there were input tokens do not make an attempt cheaper than its cache', async () => {
    const price = await at(OPENAI, 'gpt-4o-mini');
    expect(costOf(price, { inputTokens: 1_000_000, cachedInputTokens: 400_000, outputTokens: 0 }, AT)).toBeCloseTo(0.12, 12);
    expect(costOf(price, { inputTokens: 1_000_000, cachedInputTokens: 9_000_000, outputTokens: 0 }, AT)).toBeCloseTo(0.075, 12);
  });
});

describe('prices from outside the table', () => {
  const given = { inputUsdPerMillion: 3, outputUsdPerMillion: 9 };
  const plain = tableTag({ inputUsdPerMillion: 3, outputUsdPerMillion: 9, source: 'user', tableDate: null });

  test("the user's own price comes first, for a known model and for a local server alike", async () => {
    for (const baseUrl of [OPENAI, 'http://127.0.0.1:1234/v1']) {
      const price = await priceOf({ baseUrl, model: 'gpt-4o', simulated: false, userPrice: given, at: AT });
      expect(price?.tag).toEqual(plain);
      expect(costOf(price, { inputTokens: 2000, cachedInputTokens: 1000, outputTokens: 1000 }, AT)).toBeCloseTo(0.015, 12);
    }
  });

  test('simulated costs always bear their label, also with a price of the user', async () => {
    const made = await priceOf({ baseUrl: '', model: 'simulated', simulated: true, userPrice: null, at: AT });
    expect(made?.tag).toEqual(tableTag({ inputUsdPerMillion: 1, outputUsdPerMillion: 5, simulated: true, source: 'simulated', tableDate: null }));
    const own = await priceOf({ baseUrl: '', model: 'simulated', simulated: true, userPrice: given, at: AT });
    expect(own?.tag).toEqual({ ...plain, simulated: true });
  });

  test('a price of nothing is a price; one below nothing is refused', async () => {
    const free = await priceOf({ baseUrl: 'http://127.0.0.1:1234/v1', model: 'm', simulated: false, userPrice: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 }, at: AT });
    expect(costOf(free, { inputTokens: 9, outputTokens: 9 }, AT)).toBe(0);
    for (const outputUsdPerMillion of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(await errorCode(() => priceOf({ baseUrl: OPENAI, model: 'gpt-4o', simulated: false, userPrice: { inputUsdPerMillion: 1, outputUsdPerMillion }, at: AT }))).toBe('usage');
    }
  });
});
