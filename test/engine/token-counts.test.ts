import { afterEach, expect, it } from 'vitest';

import { createProgress } from '../../electron/engine/progress.ts';
import { startProvider, type ProviderServer } from './provider-server.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

let server: ProviderServer | null = null;
let bench: Workbench | null = null;
afterEach(async () => {
  await bench?.close();
  await server?.close();
});

const usage = (input: number, output: number): string =>
  JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content: 'fine' }, finish_reason: 'stop' }], usage: { prompt_tokens: input, completion_tokens: output } });

it.each([
  ['2^53 - 1', Number.MAX_SAFE_INTEGER],
  ['three billion', 3e9],
  ['half a token', 1.5],
])('a provider that counts %s in each answer breaks neither the run nor the store, and is not believed', async (_what, tokens) => {
  server = await startProvider((prompt) => ({ body: prompt === 'c' ? usage(7, 3) : usage(tokens, tokens) }));
  bench = openWorkbench(server.baseUrl);
  const runId = bench.addRun(bench.addBatch(['a', 'b', 'c']));
  await bench.engine.start(runId);
  await bench.engine.idle(runId);
  expect(bench.header(runId)).toMatchObject({ status: 'completed', completed: 3, inputTokens: 7, outputTokens: 3 });
  expect(bench.store.runTasks.standing(runId, 0)).toMatchObject({ inputTokens: null, outputTokens: null });
  bench.store.close();
  const again = openWorkbench(server.baseUrl, { dataDir: bench.dataDir });
  expect(again.store.runs.list()).toMatchObject([{ status: 'completed', inputTokens: 7, outputTokens: 3 }]);
  await again.close();
});

it('a sum of tokens stays a number that the store can give back', async () => {
  server = await startProvider(() => ({}));
  bench = openWorkbench(server.baseUrl);
  const progress = createProgress({ ...bench.header(bench.addRun(bench.addBatch(['a']))), inputTokens: Number.MAX_SAFE_INTEGER - 5, outputTokens: 0 });
  progress.attemptEnded(1, 1e9, 1e9);
  expect(progress.header({ activeMs: 1, limitedBy: 'nothing', trouble: null, inFlight: 0 })).toMatchObject({ inputTokens: Number.MAX_SAFE_INTEGER, outputTokens: 1e9 });
});
