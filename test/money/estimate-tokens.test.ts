import * as fc from 'fast-check';
import { chatModelParams, modelToEncodingMap } from 'gpt-tokenizer/mapping';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodingOf, hasOpenAiEncoding } from '../../electron/money/encodings.ts';
import { boundedCount, createTokenCounter, EXACT_CHARACTERS_MAX } from '../../electron/money/estimate-tokens.ts';
import { roughTokens } from '../../electron/money/rough-tokens.ts';
import { shortRuns } from '../../electron/money/token-runs.ts';
import { countTokens as countAsSimulator } from '../../electron/simulator/answers.ts';

const MODEL = { model: 'gpt-4o-mini', simulated: false };
const encode = (text: string) => countTokens(text, { disallowedSpecial: new Set() });
/** Texts of several kinds: words, spaces, Chinese, emoji, marks, and long stretches of one of them. */
const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.tuple(fc.constantFrom('a', ' ', '7', '今', '😀', '=', 'ñ', '\n', '\ud800', '\udc00'), fc.integer({ min: 1, max: 300 })).map(([unit, count]) => unit.repeat(count)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('with the tokenizer', () => {
  test('the counts are those of the encoding, with the tokens of the chat format', async () => {
    const counter = createTokenCounter(MODEL);
    await counter.load();
    expect(counter.quality()).toBe('exact');
    // "Hello, world!" has 4 tokens in o200k, "You are helpful." 4; 4 for each message and 3 for the beginning of the answer.
    expect(counter.inputTokens({ system: '', prompt: 'Hello, world!' })).toBe(11);
    expect(counter.inputTokens({ system: 'You are helpful.', prompt: 'Hello, world!' })).toBe(19);
    expect(counter.inputTokens({ system: '', prompt: '' })).toBe(7);
    expect(counter.inputTokens({ system: 'You are helpful. Be brief.', prompt: 'Hello, world!' })).toBe(22);
  });

  test('each model has its own encoding: the older one takes more tokens for Chinese', async () => {
    const [newer, older] = [createTokenCounter(MODEL), createTokenCounter({ model: 'gpt-4', simulated: false })];
    await Promise.all([newer.load(), older.load()]);
    const texts = { system: '', prompt: '今天天气很好' };
    expect([newer.inputTokens(texts), older.inputTokens(texts)]).toEqual([11, 15]);
  });

  test('names of models lead to the encoding that the tokenizer itself has for them', () => {
    const chatModels = Object.keys(chatModelParams).filter((model) => modelToEncodingMap[model as keyof typeof modelToEncodingMap] === 'cl100k_base');
    expect(chatModels.length).toBeGreaterThan(8);
    for (const model of Object.keys(chatModelParams)) {
      const known = Object.hasOwn(modelToEncodingMap, model) ? modelToEncodingMap[model as keyof typeof modelToEncodingMap] : 'o200k_base';
      expect({ model, encoding: encodingOf(model) }).toEqual({ model, encoding: known === 'cl100k_base' ? 'cl100k_base' : 'o200k_base' });
    }
    expect(['openai/gpt-4', 'ft:gpt-3.5-turbo-0125:acme::1', 'GPT-4-Turbo', 'gpt-35-turbo', 'gpt-4.1', 'gpt-4o', 'llama-3.3-70b'].map(encodingOf)).toEqual(['cl100k_base', 'cl100k_base', 'cl100k_base', 'cl100k_base', 'o200k_base', 'o200k_base', 'o200k_base']);
  });

  test('counts for models of other families are said to be similar, not exact', async () => {
    expect(['gpt-5', 'openai/gpt-4o', 'o3-mini', 'chatgpt-4o-latest'].map(hasOpenAiEncoding)).toEqual([true, true, true, true]);
    expect(['claude-sonnet-4', 'llama-3.3-70b', 'openrouter/auto', 'olmo-2', 'gemini-2.5-pro'].map(hasOpenAiEncoding)).toEqual([false, false, false, false, false]);
    const counter = createTokenCounter({ model: 'mistral-small-latest', simulated: false });
    await counter.load();
    expect(counter.quality()).toBe('similar');
  });

  test('a prompt that quotes a special token is counted, not refused', async () => {
    const counter = createTokenCounter(MODEL);
    await counter.load();
    expect(counter.inputTokens({ system: '', prompt: 'What does <|endoftext|> mean?' })).toBe(7 + encode('What does <|endoftext|> mean?'));
  });

  test('an answer about the last system prompt is not kept for the next one, nor a rough one after loading', async () => {
    const counter = createTokenCounter(MODEL);
    const system = 'x1 '.repeat(40);
    const before = counter.inputTokens({ system, prompt: '' });
    await counter.load();
    expect(counter.inputTokens({ system, prompt: '' })).toBe(encode(system) + 4 + 7);
    expect(before).not.toBe(encode(system) + 4 + 7);
    expect(counter.inputTokens({ system: 'Be brief.', prompt: '' })).toBe(encode('Be brief.') + 4 + 7);
  });
});

describe('in bounded time', () => {
  test('a text is cut without losing anything, no surrogate pair apart, and no stretch of one kind stays long', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const pieces = shortRuns(text);
        expect(pieces.join('')).toBe(text);
        for (const piece of pieces) {
          expect(/[a-zA-Z0-9\u0080-\uffff]{130}|[^!-\uffff]{130}|[!-/:-@[-`{-\u007f]{130}/.test(piece)).toBe(false);
          if (piece.isWellFormed() || !text.isWellFormed()) continue;
          throw new Error('a pair of surrogates was cut apart');
        }
      }),
    );
  });

  test('prose, code and tables are not cut at all, so their counts stay exact', async () => {
    const source = await readFile(join(import.meta.dirname, '../../electron/money/estimate-cost.ts'), 'utf8');
    expect(shortRuns(source)).toEqual([source]);
  });

  test('the cuts in long stretches cost 3 % of the tokens at most', () => {
    for (const text of ['今天天气很好我们去公园散步吧'.repeat(200), 'สวัสดีครับ'.repeat(200), '😀👩‍👩‍👧'.repeat(200), ' '.repeat(3000), '=-_#'.repeat(500)]) {
      const exact = encode(text);
      expect({ text: text.slice(0, 8), isNear: Math.abs(boundedCount(text, encode) - exact) <= 0.03 * exact }).toEqual({ text: text.slice(0, 8), isNear: true });
    }
  });

  test('a million characters cost the tokenizer 16,384 of them, and the count is near', () => {
    const sentence = 'The invoice 10442 of 3 March is 14.50 EUR too high; please check line 7. ';
    const text = sentence.repeat(Math.ceil(1_000_000 / sentence.length));
    let characters = 0;
    const counted = boundedCount(text, (piece) => {
      characters += piece.length;
      return encode(piece);
    });
    expect(characters).toBe(16_384);
    const exact = (encode(sentence.repeat(100)) / 100) * (text.length / sentence.length);
    expect(Math.abs(counted / exact - 1)).toBeLessThan(0.03);
  });

  test('a text whose parts differ is looked at in all its parts, not at its beginning alone', () => {
    const half = EXACT_CHARACTERS_MAX * 2;
    const text = 'word '.repeat(half / 5) + '今天好'.repeat(half / 3);
    const exact = encode('word '.repeat(2000)) * (half / 10_000) + encode('今天好'.repeat(40)) * (half / 120);
    expect(Math.abs(boundedCount(text, encode) / exact - 1)).toBeLessThan(0.1);
  });

  test('any text has a whole number of tokens, also with lone surrogates', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 40 }), (part, times) => {
        const text = part.repeat(times);
        for (const tokens of [boundedCount(text, encode), roughTokens(text)]) {
          expect(Number.isInteger(tokens) && tokens >= 0 && tokens <= 3 * text.length && tokens > 0 === text.length > 0).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('without the tokenizer', () => {
  const samples = {
    English: 'Please summarise the main ideas of this article in three sentences and say whether the author is objective.',
    German: 'Bitte fassen Sie die wichtigsten Gedanken dieses Artikels in drei Sätzen zusammen.',
    Russian: 'Пожалуйста, кратко изложите основные мысли этой статьи и скажите, объективна ли позиция автора.',
    Chinese: '今天天气很好，我们打算去公园散步。请用三句话总结这篇文章的主要观点，并指出作者的立场是否客观。',
    Japanese: 'この文章の要点を三つの文でまとめてください。著者の立場が客観的かどうかも述べてください。',
    Korean: '이 글의 핵심을 세 문장으로 요약하고 저자의 입장이 객관적인지 말해 주세요.',
    Thai: 'กรุณาสรุปประเด็นสำคัญของบทความนี้เป็นสามประโยค',
    code: 'export function meanOf(values: ArrayLike<number>): number {\n  let sum = 0;\n  for (const value of values) sum += value;\n  return sum / values.length;\n}\n',
    table: 'id,amount,date,ref\n1001,23.50,2026-01-04,INV-88123\n1002,118.20,2026-01-05,INV-88124\n',
  };

  test.each(Object.entries(samples))('%s is estimated by its characters within what is said of rough counts', (_, text) => {
    const billedPerCounted = encode(text) / roughTokens(text);
    expect(billedPerCounted > 0.7 && billedPerCounted < 1.5).toBe(true);
  });

  test('a long text is estimated like a short one of its kind', () => {
    const short = roughTokens(samples.table.repeat(10)) / 10;
    expect(Math.abs(roughTokens(samples.table.repeat(20_000)) / 20_000 / short - 1)).toBeLessThan(0.03);
  });

  test('a counter says that it is rough until it is loaded, and knows the chat format all the same', () => {
    const counter = createTokenCounter(MODEL);
    expect(counter.quality()).toBe('rough');
    expect(counter.inputTokens({ system: '', prompt: samples.English })).toBe(roughTokens(samples.English) + 7);
  });

  test('the simulated provider is counted as it counts itself', () => {
    const counter = createTokenCounter({ model: 'simulated', simulated: true });
    expect(counter.quality()).toBe('exact');
    expect(counter.inputTokens({ system: '', prompt: samples.English })).toBe(countAsSimulator(samples.English));
    expect(counter.inputTokens({ system: 'Be brief.', prompt: 'Why?' })).toBe(countAsSimulator('Be brief.\nWhy?'));
  });
});
