import { OpenAI } from 'openai';
import PQueue from 'p-queue';
import { TOKEN } from '../mock/answers.ts';
import { promptsOf } from '../workload.ts';
import type { ContenderPlan, PreparedContender } from './contender.ts';

/** As it is commonly written: the client with its defaults, `for await` over the chunks of each answer. */
export async function prepareOpenAiStream({ baseUrl, count, concurrency, tokens = 0 }: ContenderPlan): Promise<PreparedContender> {
  const client = new OpenAI({ apiKey: 'none', baseURL: baseUrl });
  const prompts = promptsOf(count);
  const ask = async (content: string): Promise<string> => {
    const stream = await client.chat.completions.create({ model: 'bench-1', messages: [{ role: 'user', content }], stream: true, stream_options: { include_usage: true } });
    let answer = '';
    for await (const chunk of stream) answer += chunk.choices[0]?.delta.content ?? '';
    return answer;
  };
  return {
    async run() {
      const queue = new PQueue({ concurrency });
      const answers = await Promise.all(prompts.map((content) => queue.add(() => ask(content))));
      return answers.filter((answer) => answer === TOKEN.repeat(tokens)).length;
    },
    close: async () => undefined,
  };
}
