/** Mean output tokens of a batch of which nothing is known yet: from the shortest likely to the longest likely. */
export type AssumedOutput = readonly [number, number];

/** An assumption, not a measurement: one or two sentences up to a page. The first finished tasks replace it. */
const ANSWERING: AssumedOutput = [50, 700];
/** Models that think first are billed for their thoughts as output. An assumption too. */
const THINKING: AssumedOutput = [300, 4000];
/** What the simulated provider writes: 20 to 120 tokens of sentences, short answers to sums. */
const SIMULATED: AssumedOutput = [10, 120];

const THINKING_NAMES = /(?:^|\/)(?:o[1-9]|gpt-5|gpt-oss|gemini-(?:2\.5|[3-9])|grok-[3-9]|qwq|magistral|deepseek-v[4-9])|reason|think|(?:^|[-/])r1(?:[-:]|$)/u;

/** Mean output tokens to reckon with before any answer came; a wrong guess of a name only widens or narrows the range. */
export function assumedOutputTokens({ model, simulated }: { readonly model: string; readonly simulated: boolean }): AssumedOutput {
  if (simulated) return SIMULATED;
  return THINKING_NAMES.test(model.trim().toLowerCase()) ? THINKING : ANSWERING;
}
