import { Pool } from 'undici';
import { promptsOf } from '../workload.ts';
import type { ContenderPlan, PreparedContender } from './contender.ts';

interface Completion {
  readonly choices: readonly { readonly message: { readonly content: string } }[];
}

/** The least that Node can do: as many loops as requests in flight, over undici's pool, without client or queue. */
export async function prepareUndiciPool({ baseUrl, count, concurrency }: ContenderPlan): Promise<PreparedContender> {
  const { origin, pathname } = new URL(baseUrl);
  const pool = new Pool(origin, { connections: concurrency, pipelining: 1 });
  const prompts = promptsOf(count);
  const ask = async (content: string): Promise<string | undefined> => {
    const { body } = await pool.request({
      method: 'POST',
      path: `${pathname}/chat/completions`,
      headers: { 'content-type': 'application/json', authorization: 'Bearer none' },
      body: JSON.stringify({ model: 'bench-1', messages: [{ role: 'user', content }] }),
    });
    return ((await body.json()) as Completion).choices[0]?.message.content;
  };
  return {
    async run() {
      const answers: string[] = [];
      let next = 0;
      const work = async (): Promise<void> => {
        for (let prompt = prompts[next++]; prompt !== undefined; prompt = prompts[next++]) {
          const answer = await ask(prompt);
          if (answer !== undefined) answers.push(answer);
        }
      };
      await Promise.all(Array.from({ length: concurrency }, work));
      return answers.length;
    },
    close: () => pool.close(),
  };
}
