import { OpenAI } from 'openai';
import PQueue from 'p-queue';
import { promptsOf } from '../workload.ts';
import type { ContenderPlan, PreparedContender } from './contender.ts';

/** As it is commonly written: the client with its defaults, every task added to the queue at once. */
export async function prepareOpenAiPQueue({ baseUrl, count, concurrency }: ContenderPlan): Promise<PreparedContender> {
  const client = new OpenAI({ apiKey: 'none', baseURL: baseUrl });
  const prompts = promptsOf(count);
  return {
    async run() {
      const queue = new PQueue({ concurrency });
      const answers = await Promise.all(
        prompts.map((content) =>
          queue.add(async () => {
            const completion = await client.chat.completions.create({ model: 'bench-1', messages: [{ role: 'user', content }] });
            return completion.choices[0]?.message.content;
          }),
        ),
      );
      return answers.filter((answer) => typeof answer === 'string').length;
    },
    close: async () => undefined,
  };
}
