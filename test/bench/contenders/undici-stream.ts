import { Pool } from 'undici';
import { TOKEN } from '../mock/answers.ts';
import { promptsOf } from '../workload.ts';
import type { ContenderPlan, PreparedContender } from './contender.ts';

/** The least that Node can do with a stream: its bytes taken as they come, put together and looked at once at the end. */
export async function prepareUndiciStream({ baseUrl, count, concurrency, tokens = 0 }: ContenderPlan): Promise<PreparedContender> {
  const { origin, pathname } = new URL(baseUrl);
  const pool = new Pool(origin, { connections: concurrency, pipelining: 1 });
  const prompts = promptsOf(count);
  const ask = async (content: string): Promise<string> => {
    const { body } = await pool.request({
      method: 'POST',
      path: `${pathname}/chat/completions`,
      headers: { 'content-type': 'application/json', authorization: 'Bearer none' },
      body: JSON.stringify({ model: 'bench-1', messages: [{ role: 'user', content }], stream: true, stream_options: { include_usage: true } }),
    });
    return body.text();
  };
  return {
    async run() {
      const bodies = await Promise.all(prompts.map(ask));
      return bodies.filter((body) => body.split(`"content":"${TOKEN}"`).length - 1 === tokens).length;
    },
    close: () => pool.close(),
  };
}
