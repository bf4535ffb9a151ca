import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import type { RunSettings } from '../../shared/vocabulary.ts';
import { openWorkbench } from '../engine/workbench.ts';
import type { OpenAiServer } from '../fixtures/openai-server.ts';
import { apiWorkbenchForEach } from './api-workbench.ts';

const bench = apiWorkbenchForEach();

const PROMPTS = Array.from({ length: 8 }, (_, index) => `row ${index + 1}`);
const CHANGED = { template: 'Changed: {{prompt}}', system: 'Be rude.', model: 'model-2', maxTokens: 5, temperature: 1 };

async function untilSent(server: OpenAiServer, count: number): Promise<void> {
  while (server.requests.length < count) await delay(2);
}

/** What every request of the run has to look like, whatever was changed meanwhile. */
function expectOldSettings(server: OpenAiServer): void {
  expect(server.requests.map(({ prompt }) => prompt)).toEqual(PROMPTS);
  for (const { body } of server.requests) {
    expect(body).toMatchObject({ model: 'model-1', max_tokens: 50, messages: [{ role: 'system', content: 'Be kind.' }, { role: 'user' }] });
    expect(body['temperature']).toBeUndefined();
  }
}

describe('case 56: an edit during a run', () => {
  it('case 56: changing the draft while the run is on changes nothing that is sent in it, and the next run has it', async () => {
    const server = await bench.serve({ latencyMs: 20 });
    const batchId = await bench.addBatch(server, PROMPTS, { system: 'Be kind.', maxTokens: 50 });
    const { runId } = await bench.tasklane.call('run.start', { batchId, limit: null });
    await untilSent(server, 3);
    await bench.changeDraft(batchId, { ...CHANGED, concurrency: 8 });
    expect(await bench.settle(runId, async () => undefined)).toMatchObject({ status: 'completed', completed: PROMPTS.length, peakInFlight: 1, settings: { template: '{{prompt}}', model: 'model-1', concurrency: 1 } });
    expectOldSettings(server);
    const fingerprints = await Promise.all(PROMPTS.map(async (_, index) => (await bench.tasklane.call('task.detail', { runId, index })).attempts[0]?.fingerprint));
    expect(new Set(fingerprints).size).toBe(PROMPTS.length);

    const next = await bench.runToEnd(batchId);
    expect(next).not.toBe(runId);
    expect(server.requests.slice(PROMPTS.length).map(({ prompt }) => prompt).toSorted()).toEqual(PROMPTS.map((prompt) => `Changed: ${prompt}`).toSorted());
    expect((await bench.tasklane.call('task.detail', { runId: next, index: 0 })).attempts[0]?.fingerprint).not.toBe(fingerprints[0]);
    // The answers of the first run are its own.
    expect((await bench.tasklane.call('task.detail', { runId, index: 0 })).prompt).toBe('row 1');
  });
});

describe('case 57: settings changed before a resume', () => {
  it('case 57: a resume goes on with the settings that the run began with, also after a restart', async () => {
    const server = await bench.serve({ latencyMs: 20 });
    const batchId = await bench.addBatch(server, PROMPTS, { system: 'Be kind.', maxTokens: 50 });
    const { runId } = await bench.tasklane.call('run.start', { batchId, limit: null });
    await untilSent(server, 3);
    expect(await bench.settle(runId, () => bench.tasklane.call('run.pause', { runId }))).toMatchObject({ status: 'paused', stopReason: 'user' });
    const sentBefore = server.requests.length;
    await bench.changeDraft(batchId, CHANGED);
    await bench.reopen();
    expect(await bench.settle(runId, () => bench.tasklane.call('run.resume', { runId }))).toMatchObject({ status: 'completed', completed: PROMPTS.length, settings: { template: '{{prompt}}', model: 'model-1' } });
    expect(sentBefore).toBeLessThan(PROMPTS.length);
    expectOldSettings(server);
  });

  it('case 57: starting the batch anew with changed settings makes another run and leaves the paused one as it is', async () => {
    const server = await bench.serve({ latencyMs: 20 });
    const batchId = await bench.addBatch(server, PROMPTS);
    const { runId } = await bench.tasklane.call('run.start', { batchId, limit: null });
    await untilSent(server, 2);
    const paused = await bench.settle(runId, () => bench.tasklane.call('run.pause', { runId }));
    await bench.changeDraft(batchId, CHANGED);
    const next = await bench.runToEnd(batchId);
    expect(next).not.toBe(runId);
    expect(await bench.header(next)).toMatchObject({ completed: PROMPTS.length });
    expect(await bench.header(runId)).toEqual(paused);
  });

  it.each<[keyof RunSettings, Partial<RunSettings>]>([
    ['template', { template: 'Changed: {{prompt}}' }],
    ['system', { system: 'Be rude.' }],
    ['model', { model: 'model-2' }],
    ['baseUrl', { baseUrl: 'http://127.0.0.1:9/v1' }],
    ['simulated', { simulated: true }],
    ['maxTokens', { maxTokens: 5 }],
    ['temperature', { temperature: 0 }],
  ])('case 57: the engine refuses to go on with another %s, and nothing is sent', async (_name, change) => {
    const server = await bench.serve({ latencyMs: 20 });
    const engineBench = openWorkbench(server.baseUrl);
    try {
      const runId = engineBench.addRun(engineBench.addBatch(PROMPTS), { concurrency: 1 });
      await engineBench.engine.start(runId);
      await untilSent(server, 2);
      engineBench.engine.pause(runId);
      await engineBench.engine.idle(runId);
      const paused = engineBench.header(runId);
      const sentBefore = server.requests.length;
      await expect(engineBench.engine.start(runId, { settings: { ...paused.settings, ...change } })).rejects.toMatchObject({ code: 'settings_changed' });
      expect(engineBench.header(runId)).toEqual(paused);
      expect(server.requests).toHaveLength(sentBefore);
      // How many at once and how patiently is not part of the question.
      await engineBench.engine.start(runId, { settings: { ...paused.settings, concurrency: 4, maxAttempts: 2, timeoutMs: 9000 } });
      await engineBench.engine.idle(runId);
      expect(engineBench.header(runId)).toMatchObject({ status: 'completed', completed: PROMPTS.length, settings: { concurrency: 4 } });
    } finally {
      await engineBench.close();
    }
  });
});
