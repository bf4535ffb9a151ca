import { createRandom, type Random } from '../../shared/random/random.ts';
import { middleNinety, RESAMPLES, type Interval } from '../../shared/timing/interval.ts';
import { assumedOutputTokens } from './assumed-output.ts';
import { TOKEN_COUNT_ERROR, type TokenCountQuality } from './estimate-tokens.ts';
import { futureMeanDraws, meanOf } from './mean-interval.ts';
import type { Price } from './prices.ts';

/** From so many finished tasks on, what they showed replaces the assumption. A trial of three is enough. */
export const MEASURED_TASKS_MIN = 3;
/** More of them make the estimate no better and only slower; the first so many are used. */
const SEEN_MAX = 1000;
/** Room for the longest answer to come, above the longest seen. */
const LONGEST_SEEN_ROOM = 1.5;

export interface CostQuestion {
  /** null: unknown, and so is the cost. */
  readonly price: Price | null;
  readonly model: string;
  /** How many tasks will be sent. */
  readonly tasks: number;
  /** Input tokens of all of them, or of a sample from `rowsToSample`; one at least where `tasks` is. */
  readonly inputTokens: readonly number[];
  readonly quality: TokenCountQuality;
  /** Billed / counted input tokens of finished tasks, which replaces what `quality` leaves open; null when none finished. */
  readonly billedPerCounted: number | null;
  /** Output tokens of finished tasks with the same settings, in any order; empty when there are none. */
  readonly outputTokensSeen: readonly number[];
  /** `max_tokens` of the request; null sends none. */
  readonly maxTokens: number | null;
  /** Wall clock, for prices that change with it. */
  readonly at: Date;
  /** Any whole number; the same seed gives the same range. */
  readonly seed: number;
}

export interface CostEstimate {
  /** Meant to hold the bill in 9 of 10 cases, one attempt a task; from an assumption it is a guess. */
  readonly lowUsd: number;
  readonly highUsd: number;
  /** `measured`: output lengths are those of finished tasks with the same settings. `assumed`: of `assumedOutputTokens`. */
  readonly basis: 'measured' | 'assumed';
  /** What it costs if every answer is as long as `max_tokens` allows; null without it. */
  readonly ceilingUsd: number | null;
  /** Made-up costs of the simulated provider: to be labelled so. */
  readonly simulated: boolean;
}

/** USD of each counted prompt: of the prompt alone and of one output token after it. */
interface PromptCosts {
  readonly input: Float64Array;
  readonly perOutput: Float64Array;
}

/**
 * The cost range of a run before it starts; null where the price is unknown. Input: the counted prompts, scaled to all
 * tasks with the interval of the sample (bootstrap). Output: the mean of finished tasks with its 90 % interval
 * (`futureMeanDraws`), else an assumption; never above `max_tokens`. Retries are not in it. For log-normal lengths the bill
 * was in the range in 84 to 90 of 100 batches at sigma 0.3 to 0.6 and in about 80 at sigma 1.
 */
export function estimateCost(question: CostQuestion): CostEstimate | null {
  const { price, tasks, inputTokens, maxTokens, outputTokensSeen } = question;
  if (price === null) return null;
  const { simulated } = price.tag;
  const isMeasured = outputTokensSeen.length >= MEASURED_TASKS_MIN;
  const basis = isMeasured ? 'measured' : 'assumed';
  if (tasks === 0) return { lowUsd: 0, highUsd: 0, basis, ceilingUsd: maxTokens === null ? null : 0, simulated };
  if (inputTokens.length === 0) throw new Error(`Input tokens of at least one of ${tasks} tasks were expected, but there are none`);

  const cap = maxTokens ?? Number.POSITIVE_INFINITY;
  const seen = outputTokensSeen.slice(0, SEEN_MAX).map((tokens) => Math.min(tokens, cap));
  const [lowOutput, highOutput] = assumedOutputTokens({ model: question.model, simulated });
  const [lowInput, highInput] = inputErrorOf(question);
  const measured = isMeasured ? futureMeanDraws(seen, tasks) : null;
  const outputDraw = (assumed: number) => (random: Random): number => Math.min(cap, measured ? measured(random) : assumed);
  const low = promptCosts(question, price, lowInput);
  const high = lowInput === highInput ? low : promptCosts(question, price, highInput);
  return {
    lowUsd: costInterval(low, tasks, outputDraw(lowOutput), question.seed)[0],
    highUsd: costInterval(high, tasks, outputDraw(highOutput), question.seed)[1],
    basis,
    ceilingUsd: maxTokens === null ? null : costInterval(high, tasks, () => maxTokens, question.seed)[1],
    simulated,
  };
}

/**
 * What to reserve for one attempt, USD: its input with the error of counting, and the longest answer to reckon with, which
 * is `max_tokens` where sent, else the longest of what is assumed and 1.5 times the longest seen (which a longer answer
 * still may pass; only `max_tokens` is a bound). `longestOutputSeen`: 0 when none finished.
 */
export function reservationUsd(
  price: Price,
  attempt: Pick<CostQuestion, 'model' | 'quality' | 'billedPerCounted' | 'maxTokens' | 'at'> & { readonly inputTokens: number; readonly longestOutputSeen: number },
): number {
  const [, assumed] = assumedOutputTokens({ model: attempt.model, simulated: price.tag.simulated });
  const output = attempt.maxTokens ?? Math.max(assumed, attempt.longestOutputSeen * LONGEST_SEEN_ROOM);
  return price.cost({ input: attempt.inputTokens * inputErrorOf(attempt)[1], cachedInput: 0, output }, attempt.at);
}

function inputErrorOf({ quality, billedPerCounted }: Pick<CostQuestion, 'quality' | 'billedPerCounted'>): Interval {
  return billedPerCounted === null ? TOKEN_COUNT_ERROR[quality] : [billedPerCounted, billedPerCounted];
}

function promptCosts({ inputTokens, at }: CostQuestion, price: Price, inputFactor: number): PromptCosts {
  const input = new Float64Array(inputTokens.length);
  const perOutput = new Float64Array(inputTokens.length);
  for (const [position, tokens] of inputTokens.entries()) {
    const alone = price.cost({ input: tokens * inputFactor, cachedInput: 0, output: 0 }, at);
    input[position] = alone;
    // Tiers go by the length of the prompt, so the cost of an answer is linear in its tokens.
    perOutput[position] = (price.cost({ input: tokens * inputFactor, cachedInput: 0, output: 1000 }, at) - alone) / 1000;
  }
  return { input, perOutput };
}

/**
 * The middle 90 % of what all tasks may cost, given a draw of their mean output tokens. Prompts and outputs have a sequence
 * of chance each, so that ranges of the same seed differ by what is asked alone, and not by how many draws came before.
 */
function costInterval({ input, perOutput }: PromptCosts, tasks: number, drawOutput: (random: Random) => number, seed: number): Interval {
  const [ofPrompts, ofOutputs] = [createRandom(seed), createRandom(seed + 1)];
  const counted = input.length;
  const inputMean = meanOf(input);
  const perOutputMean = meanOf(perOutput);
  // The prompts that were counted are known; only the rest is open.
  const openFraction = Math.sqrt(Math.max(0, 1 - counted / tasks));
  const drawTotal = (): number => {
    const output = drawOutput(ofOutputs);
    if (openFraction === 0) return tasks * (inputMean + perOutputMean * output);
    let inputSum = 0;
    let perOutputSum = 0;
    for (let draw = 0; draw < counted; draw += 1) {
      const position = Math.floor(ofPrompts() * counted);
      inputSum += input[position]!;
      perOutputSum += perOutput[position]!;
    }
    const inputDraw = inputMean + (inputSum / counted - inputMean) * openFraction;
    const perOutputDraw = perOutputMean + (perOutputSum / counted - perOutputMean) * openFraction;
    return tasks * (inputDraw + perOutputDraw * output);
  };
  return middleNinety(Float64Array.from({ length: RESAMPLES }, drawTotal));
}
