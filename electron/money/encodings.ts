/** Encodings of OpenAI's chat models that are worth shipping; older ones belong to models without a chat endpoint. */
export type EncodingName = 'o200k_base' | 'cl100k_base';

/** `acme/`, `openai/` and `ft:` in front of a model's own name. */
function bareName(model: string): string {
  return model.trim().toLowerCase().replace(/^(?:ft:|openai\/|azure\/)+/u, '');
}

/** The encoding of a model by its name: cl100k for GPT-3.5, GPT-4 and GPT-4 Turbo, o200k for all others. */
export function encodingOf(model: string): EncodingName {
  return /^gpt-(?:3\.?5|4)(?:-|$|:)/u.test(bareName(model)) ? 'cl100k_base' : 'o200k_base';
}

/** Whether the encoding is the model's own; models of other families have others. */
export function hasOpenAiEncoding(model: string): boolean {
  return /^(?:gpt-|chatgpt-|chat-latest|o[1-9](?:-|$))/u.test(bareName(model));
}

/** Loads an encoding: o200k holds the event loop for 0.15 to 0.4 s and takes 70 MB, cl100k half of that. */
export async function loadEncoding(name: EncodingName): Promise<(text: string) => number> {
  const { countTokens } = name === 'o200k_base' ? await import('gpt-tokenizer/encoding/o200k_base') : await import('gpt-tokenizer/encoding/cl100k_base');
  // A prompt that quotes `<|endoftext|>` is text to the provider; the tokenizer would throw.
  const options = { disallowedSpecial: new Set<string>() };
  return (text) => countTokens(text, options);
}
