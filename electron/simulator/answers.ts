import type { Random } from '../../shared/random/random.ts';
import { solveSum } from './sums.ts';

const CHARACTERS_PER_TOKEN = 4;
const SHORTEST_TOKENS = 20;
const LONGEST_TOKENS = 120;

const OPENINGS = ['A short answer about {topic}:', 'On {topic}, briefly:', 'Here is what matters about {topic}.', 'There are a few sides to {topic}.', 'In general terms, {topic} can be explained simply.', 'To begin with {topic}:'] as const;
const SENTENCES = [
  'The main point is usually smaller than it looks at first.',
  'It helps to start from a concrete example and work outwards.',
  'Several causes act together, and none of them explains everything alone.',
  'The details of {topic} depend on where and when one looks.',
  'A common mistake is to treat the exception as the rule.',
  'Most sources agree on the outline and differ on the numbers.',
  'Seen from a distance, {topic} follows a simple pattern.',
  'Time, cost and quality pull in different directions here.',
  'One can test this with a small experiment at home.',
  'What looks like a single step is really a chain of small ones.',
  'The same idea returns in many other fields under other names.',
  'Without more context, a careful answer stays general.',
  'For {topic}, the first factor matters about twice as much as the second.',
  'Practice shows that the order of the steps matters too.',
  'A rule of thumb is enough in nine cases out of ten.',
  'The remaining cases need a closer look at {topic}.',
  'This has been so for a long time and is slowly changing.',
  'In short, balance matters more than any one part.',
] as const;
const SUM_ANSWERS = ['{expression} = {result}.', 'The answer is {result}.', '{expression} equals {result}.', 'It is {result}.'] as const;
/** Words that say nothing about the topic. */
const FILLERS: ReadonlySet<string> = new Set('about after also because before between could does each every explain from have into like more most name next other over should some than that their them then there these they this those through what when where which while whose with without would write your please answer question describe give list short sentence'.split(' '));

export interface Answer {
  readonly text: string;
  readonly tokens: number;
}

/** About what a real tokenizer gives for English: 4 characters a token, 1 at least unless empty. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/** Sums are answered right; all else gets 20 to 120 tokens of general sentences around the prompt's topic. */
export function composeAnswer(prompt: string, random: Random): Answer {
  const sum = solveSum(prompt);
  const text = sum === null ? composeSentences(topicOf(prompt), random) : pick(SUM_ANSWERS, random).replace('{expression}', sum.expression).replace('{result}', sum.result);
  return { text, tokens: countTokens(text) };
}

function composeSentences(topic: string, random: Random): string {
  const wanted = CHARACTERS_PER_TOKEN * Math.round(SHORTEST_TOKENS + (LONGEST_TOKENS - SHORTEST_TOKENS) * random());
  let text = fill(pick(OPENINGS, random), topic);
  let next = Math.floor(random() * SENTENCES.length);
  // A stride without a common factor with 18 visits every sentence once before any returns.
  const stride = [5, 7, 11, 13][Math.floor(random() * 4)] ?? 5;
  for (;;) {
    const sentence = ` ${fill(SENTENCES[next % SENTENCES.length] ?? '', topic)}`;
    const enough = text.length >= CHARACTERS_PER_TOKEN * SHORTEST_TOKENS;
    if (enough && text.length + sentence.length > wanted) return text;
    text += sentence;
    next += stride;
  }
}

/** The first two telling words of the prompt. */
function topicOf(prompt: string): string {
  const words = prompt.slice(0, 400).replaceAll(/\[\[[^\]]*\]\]/g, ' ').match(/[\p{L}\p{N}]{4,24}/gu) ?? [];
  const telling = words.filter((word) => !FILLERS.has(word.toLowerCase()));
  return telling.slice(0, 2).join(' ').toLowerCase() || 'this subject';
}

function fill(sentence: string, topic: string): string {
  return sentence.replace('{topic}', () => topic);
}

function pick<T>(items: readonly [T, ...T[]], random: Random): T {
  return items[Math.floor(random() * items.length)] ?? items[0];
}

/** The first `maxTokens` tokens of an answer. */
export function cutAnswer(answer: Answer, maxTokens: number): Answer {
  if (answer.tokens <= maxTokens) return answer;
  return { text: answer.text.slice(0, maxTokens * CHARACTERS_PER_TOKEN).toWellFormed(), tokens: maxTokens };
}

/** The text in as many pieces as it has tokens; no surrogate pair is cut. */
export function tokensOf(text: string): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  while (start < text.length) {
    let end = Math.min(text.length, start + CHARACTERS_PER_TOKEN);
    if ((text.charCodeAt(end) & 0xfc00) === 0xdc00) end += 1;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}
