import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRows } from '../../electron/files/read-rows.ts';
import { resultOfProcess } from './contenders/result-of-process.ts';
import { runImport } from './contenders/run-import.ts';
import { TOKEN } from './mock/answers.ts';
import { delayedBaseUrl, streamedBaseUrl, takeCount } from './mock/protocol.ts';
import { startMock, startSimulatorProcess } from './mock/start-mock.ts';
import { promptOf, writeLargeTaskFile, writeTaskFile } from './workload.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'tasklane-bench-test-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function promptsIn(file: string): Promise<readonly (string | undefined)[]> {
  const prompts: (string | undefined)[] = [];
  for await (const { rows, bad } of readRows(file, path.basename(file), { format: null, delimiter: null, header: null })) {
    expect(bad).toEqual([]);
    prompts.push(...rows.map(({ vars }) => vars['prompt']));
  }
  return prompts;
}

function ask(baseUrl: string, stream: boolean): Promise<Response> {
  return fetch(`${baseUrl}/chat/completions`, { method: 'POST', body: JSON.stringify({ model: 'bench-1', messages: [{ role: 'user', content: 'Go on.' }], stream }) });
}

describe('task files', () => {
  test('a file written in pieces has every task once and in order, also past the first piece', async () => {
    const prompts = await promptsIn(await writeTaskFile(dir, 2001));
    expect(prompts).toEqual(Array.from({ length: 2001 }, (_, index) => promptOf(index)));
  });

  test('a large file is about as large as asked for, and has as many rows as it says although its values hold line ends', async () => {
    const { path: file, sizeBytes, taskCount } = await writeLargeTaskFile(dir, 300_000, 800);
    const prompts = await promptsIn(file);
    expect(prompts).toHaveLength(taskCount);
    expect(prompts.at(-1)).toMatch(/"it doesn't start"\.\n/u);
    expect((await readFile(file)).byteLength).toBe(sizeBytes);
    expect(Math.abs(sizeBytes / 300_000 - 1)).toBeLessThan(0.02);
  });
});

describe('the mock server', () => {
  test('a paced stream is whole: every token in a chunk of its own, then the end, and counted once', async () => {
    const mock = await startMock();
    try {
      const body = await (await ask(streamedBaseUrl(mock.origin, 40, 1), true)).text();
      expect(body.split(`"content":"${TOKEN}"`)).toHaveLength(41);
      expect(body.endsWith('data: [DONE]\n\n')).toBe(true);
      expect(await takeCount(mock.origin)).toMatchObject({ answered: 1, peakInFlight: 1 });
    } finally {
      mock.stop();
    }
  });

  test('two streams run side by side, and a connection serves a second one after the first', async () => {
    const mock = await startMock();
    try {
      const baseUrl = streamedBaseUrl(mock.origin, 30, 2);
      await Promise.all([ask(baseUrl, true), ask(baseUrl, true)].map(async (response) => (await response).text()));
      const again = await (await ask(baseUrl, true)).text();
      expect(again.endsWith('data: [DONE]\n\n')).toBe(true);
      expect(await takeCount(mock.origin)).toMatchObject({ answered: 3, peakInFlight: 2 });
    } finally {
      mock.stop();
    }
  });

  test('a reader that goes away in the middle of a stream does not stay in flight for ever', async () => {
    const mock = await startMock();
    try {
      const response = await ask(streamedBaseUrl(mock.origin, 100_000, 1), true);
      await response.body?.cancel();
      await expect.poll(async () => (await takeCount(mock.origin)).answered, { timeout: 20_000 }).toBe(1);
      const whole = await ask(delayedBaseUrl(mock.origin, 0), false);
      expect(whole.status).toBe(200);
    } finally {
      mock.stop();
    }
  });

  test('the simulated provider runs as a process of its own and says where', async () => {
    const simulator = await startSimulatorProcess({ latency: { kind: 'fixed', ms: 0 } });
    try {
      expect((await ask(simulator.baseUrl, false)).status).toBe(200);
    } finally {
      simulator.stop();
    }
  });
});

describe('processes', () => {
  test('a contender that ends without a result is an error with its name instead of a bench that waits for ever', async () => {
    const script = path.join(dir, 'quits.mjs');
    await writeFile(script, 'process.exit(3);\n');
    await expect(resultOfProcess(script, {}, 'quitter')).rejects.toThrow('quitter ended with 3 and without a result.');
  });

  test('the measured import is the real one: it stores every task, the copy none, and both leave nothing behind', async () => {
    const { path: file, taskCount } = await writeLargeTaskFile(dir, 50_000, 800);
    const [imported, copied] = [await runImport({ contender: 'import', file, workDir: dir }), await runImport({ contender: 'copy', file, workDir: dir })];
    expect([imported.taskCount, copied.taskCount]).toEqual([taskCount, null]);
    await expect(readFile(path.join(dir, 'copy'))).rejects.toThrow('ENOENT');
  });
});
