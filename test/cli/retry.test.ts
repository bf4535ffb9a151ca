import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { errorBody, type OpenAiServer } from '../fixtures/openai-server.ts';
import { endpointOf, parseSummary, tasksCsv, workplaceForEach } from './workplace.ts';

const work = workplaceForEach();

const promptsOf = (server: OpenAiServer, from = 0): readonly string[] => server.requests.slice(from).map(({ prompt }) => prompt);
const questions = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `question ${index + 1}`).toSorted();

describe('a key that is rejected', () => {
  it('stops 200 rows after at most one call per slot with exit code 3; with the right key they go on, and nothing done is sent again', async () => {
    let answered = 0;
    const foreign = await work.serve({
      latencyMs: 5,
      script({ headers }) {
        const works = headers.authorization === 'Bearer new' || (headers.authorization === 'Bearer old' && answered < 20);
        if (works) answered += 1;
        return works ? null : { status: 401, body: errorBody('Incorrect API key provided.', 'invalid_api_key') };
      },
    });
    await work.place.write('tasks.csv', tasksCsv(200));
    const wrong = await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '4', '--api-key-env', 'KEY', '--json'], { KEY: 'wrong' });
    expect(wrong.exitCode).toBe(3);
    expect(parseSummary(wrong.stdout)).toMatchObject({ status: 'paused', stopReason: 'auth', total: 200, completed: 0, failed: 0, queued: 200 });
    expect(foreign.requests.length).toBeLessThanOrEqual(4);
    // Nothing has failed, but the run is not done: a script must not take it for that.
    const nothingFailed = await work.place.run(['retry', 'r1', '--json']);
    expect({ exitCode: nothingFailed.exitCode, summary: parseSummary(nothingFailed.stdout) }).toMatchObject({ exitCode: 3, summary: { queued: 200 } });
    expect((await work.place.run(['runs'])).stdout).toContain('Paused (key rejected)');
    expect((await work.place.run(['show', 'r1'])).stdout).toMatch(/^Status +Paused\. .*key.*The provider said: Incorrect API key provided\./m);

    // This key is withdrawn on the way.
    const old = await work.place.run(['resume', 'r1', '--api-key-env', 'KEY', '--json'], { KEY: 'old' });
    expect(old.exitCode).toBe(3);
    expect(parseSummary(old.stdout)).toMatchObject({ stopReason: 'auth', completed: 20, queued: 180, failed: 0 });
    const right = await work.place.run(['resume', 'r1', '--api-key-env', 'KEY', '--json'], { KEY: 'new' });
    expect(right.exitCode).toBe(0);
    expect(parseSummary(right.stdout)).toMatchObject({ status: 'completed', completed: 200 });
    expect(answered).toBe(200);
  });
});

describe('retry', () => {
  it('sends failures again until none is left, and never what is done: a provider that fails 30 % of the requests', async () => {
    const simulator = work.place.start(['simulate', '--latency', 'fixed:5', '--fault', '500=0.3', '--seed', '7', '--json']);
    while (simulator.stdout() === '') await new Promise((resolve) => setTimeout(resolve, 20));
    const { url } = JSON.parse(simulator.stdout()) as { url: string };
    await work.place.write('tasks.csv', tasksCsv(40));
    const ran = await work.place.run(['run', 'tasks.csv', '--base-url', url, '--model', 'any', '--max-attempts', '1', '--concurrency', '2', '--json']);
    let summary = parseSummary(ran.stdout);
    expect(ran.exitCode).toBe(1);
    expect(summary.failed).toBeGreaterThan(0);
    expect(summary.completed).toBeGreaterThan(0);
    let sent = summary.attempts;
    expect(sent).toBe(40);
    for (let round = 0; summary.failed > 0 && round < 20; round += 1) {
      const { failed } = summary;
      const again = await work.place.run(['retry', 'r1', '--json']);
      summary = parseSummary(again.stdout);
      expect(again.exitCode).toBe(summary.failed === 0 ? 0 : 1);
      sent += failed;
      expect(summary).toMatchObject({ status: 'completed', total: 40, cancelled: 0, queued: 0, attempts: sent });
    }
    expect(summary).toMatchObject({ completed: 40, failed: 0, failuresByClass: {} });
    const none = await work.place.run(['retry', 'r1', '--out', 'a.csv', '--json']);
    expect({ exitCode: none.exitCode, summary: parseSummary(none.stdout) }).toEqual({ exitCode: 0, summary });
    expect(none.stderr).toContain('Run r1 has no failed task: there is nothing to send again.');
    expect((await readFile(path.join(work.place.folder, 'a.csv'), 'utf8')).trimEnd().split('\r\n')).toHaveLength(41);
    simulator.child.kill('SIGINT');
    await simulator.ended;
  });

  it('narrows by class and by id, changes what is sent, and leaves prompts that were too long out unless they are meant', async () => {
    const foreign = await work.serve({
      latencyMs: 5,
      script({ prompt, body }) {
        if (/ [14]$/.test(prompt) && body.model !== 'long-model') return { status: 400, body: errorBody('Too many tokens.', 'context_length_exceeded') };
        if (/ [25]$/.test(prompt) && body['max_tokens'] !== 9) return { status: 422, body: errorBody('No.', 'bad_thing') };
        return null;
      },
    });
    await work.place.write('tasks.csv', tasksCsv(6));
    await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '1']);
    let seen = foreign.requests.length;
    const sentSince = (): readonly string[] => {
      const prompts = promptsOf(foreign, seen);
      seen = foreign.requests.length;
      return prompts;
    };

    const blind = await work.place.run(['retry', 'r1', '--json']);
    expect(blind.exitCode).toBe(1);
    expect(blind.stderr).toContain('Left out 2 whose prompt is too long: they would fail again as they are. Change something, for example: tasklane retry r1 --class context_length --model MODEL');
    expect(blind.stderr).toContain('Sending 2 tasks again. Run r1: 6 tasks, model test-model');
    expect(sentSince()).toEqual(['question 2', 'question 5']);

    const one = await work.place.run(['retry', 'r1', '--task', 't5', '--max-tokens', '9', '--temperature', '0.2', '--json']);
    expect(parseSummary(one.stdout)).toMatchObject({ completed: 3, failed: 3, flagged: { edited: 1 } });
    expect(foreign.requests.at(-1)?.body).toMatchObject({ max_tokens: 9, temperature: 0.2, model: 'test-model' });
    expect(sentSince()).toEqual(['question 5']);

    // Named, they are sent as they are; only they remain to be left out.
    await work.place.run(['retry', 'r1', '--class', 'context_length']);
    expect(sentSince()).toEqual(['question 1', 'question 4']);
    await work.place.write('template.txt', 'Short, please: {{prompt}}\n');
    const edited = await work.place.run(['retry', 'r1', '--class', 'context_length', '--model', 'long-model', '--template-file', 'template.txt', '--system', 'For {{id}}.', '--concurrency', '2', '--out', 'a.csv']);
    expect(edited.exitCode).toBe(1);
    expect(edited.stdout).toMatch(/^Flagged +3 sent with changed settings$/m);
    expect(foreign.requests.at(-1)?.body.messages?.[0]?.content).toMatch(/^For t[14]\.$/);
    expect(sentSince().toSorted()).toEqual(['Short, please: question 1', 'Short, please: question 4']);
    expect((await readFile(path.join(work.place.folder, 'a.csv'), 'utf8')).split('\r\n').slice(1, 3).map((line) => line.split(',').slice(0, 3).join())).toEqual(['t1,completed,answer to: Short, please: question 1', 't2,failed,'].map((line) => line.replace('answer to: Short, please: question 1', '"answer to: Short')));

    const last = await work.place.run(['retry', 'r1', '--prompt', 'By hand {{x}}', '--json']);
    expect({ exitCode: last.exitCode, summary: parseSummary(last.stdout) }).toMatchObject({ exitCode: 0, summary: { status: 'completed', completed: 6 } });
    expect(sentSince()).toEqual(['By hand {{x}}']);
  });

  it('refuses, before anything is sent or changed, what is not there or makes no sense', async () => {
    const foreign = await work.serve({ latencyMs: 5, script: ({ prompt }) => (/ [25]$/.test(prompt) ? { status: 422, body: errorBody('No.', 'bad_thing') } : null) });
    await work.place.write('tasks.csv', tasksCsv(6));
    const before = parseSummary((await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '1', '--json'])).stdout);
    const cases = [
      [['retry', 'r1', '--class', 'timeout'], 'usage', 'Run r1 has no failed task of the class timeout; there is: bad_request.'],
      [['retry', 'r1', '--task', 't1', '--task', 't2'], 'usage', 'Run r1 has no failed or cancelled task with the id t1. There are: t2, t5.'],
      [['skip', 'r1', '--task', 'nope'], 'usage', 'Run r1 has no failed task with the id nope. There are: t2, t5.'],
      [['retry', 'r1', '--prompt', 'By hand'], 'usage', '--prompt is for one task, but 2 tasks would be sent.'],
      [['retry', 'r1', '--template', 'Say {{promt}}'], 'template_variable_missing', 'The template uses the unknown column `promt`. Known columns: `id`, `prompt`. Did you mean `prompt`?'],
      [['retry', 'r1', '--concurrency', '9', '--system', 'Be {{tone}}'], 'template_variable_missing', 'The template uses the unknown column `tone`. Known columns: `id`, `prompt`.'],
      [['retry', 'r1', '--api-key-env', 'NOT_SET'], 'key_needed', '--api-key-env names the environment variable NOT_SET, which is not set.'],
    ] as const;
    for (const [args, code, message] of cases) {
      const { exitCode, stdout } = await work.place.run([...args, '--json']);
      expect({ exitCode, ...(JSON.parse(stdout) as object) }).toMatchObject({ exitCode: 2, error: { code, message } });
    }
    expect(parseSummary((await work.place.run(['show', 'r1', '--json'])).stdout)).toEqual(before);
    expect(foreign.requests).toHaveLength(6);
  });

  it('puts the failures of a paused run back and goes on with all that is left', async () => {
    let mended = false;
    const foreign = await work.serve({
      latencyMs: 5,
      script: ({ prompt }) => (mended ? null : prompt === 'question 2' ? { status: 422, body: errorBody('No.', 'bad_thing') } : prompt === 'question 4' ? { status: 429, body: errorBody('Broke.', 'insufficient_quota') } : null),
    });
    await work.place.write('tasks.csv', tasksCsv(6));
    const stopped = await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '1', '--json']);
    expect({ exitCode: stopped.exitCode, summary: parseSummary(stopped.stdout) }).toMatchObject({ exitCode: 3, summary: { stopReason: 'quota', completed: 2, failed: 1, queued: 3 } });
    mended = true;
    const again = await work.place.run(['retry', 'r1', '--json']);
    expect({ exitCode: again.exitCode, summary: parseSummary(again.stdout) }).toMatchObject({ exitCode: 0, summary: { status: 'completed', completed: 6, attempts: 8 } });
    expect(promptsOf(foreign, 4).toSorted()).toEqual(['question 2', 'question 4', 'question 5', 'question 6']);
  });
});

describe('skip', () => {
  it('gives failures up, by class, by id or all, and a task named later comes back', async () => {
    let mended = false;
    const foreign = await work.serve({ latencyMs: 5, script: ({ prompt }) => (!mended && / [246]$/.test(prompt) ? { status: prompt.endsWith('6') ? 400 : 422, body: errorBody('No.', prompt.endsWith('6') ? 'context_length_exceeded' : 'bad_thing') } : null) });
    await work.place.write('tasks.csv', tasksCsv(6));
    await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '1']);
    const sentBefore = foreign.requests.length;
    expect((await work.place.run(['skip', 'r1', '--class', 'context_length', '--json'])).stdout).toBe('{"count":1}\n');
    expect((await work.place.run(['skip', 'r1', '--task', 't2'])).stdout).toBe('Skipped 1 failed task of run r1; the history is kept.\n');
    expect(parseSummary((await work.place.run(['show', 'r1', '--json'])).stdout)).toMatchObject({ status: 'completed', completed: 3, failed: 1, cancelled: 2, queued: 0, failuresByClass: { bad_request: 1 } });
    expect((await work.place.run(['skip', 'r1', '--json'])).stdout).toBe('{"count":1}\n');
    const none = await work.place.run(['skip', 'r1']);
    expect({ exitCode: none.exitCode, stdout: none.stdout }).toEqual({ exitCode: 0, stdout: 'Run r1 has no failed task to skip.\n' });
    expect(foreign.requests).toHaveLength(sentBefore);
    expect((await work.place.run(['retry', 'r1'])).stderr).toContain('has no failed task');
    mended = true;
    const back = await work.place.run(['retry', 'r1', '--task', 't2', '--json']);
    expect(back.exitCode).toBe(1);
    expect(parseSummary(back.stdout)).toMatchObject({ status: 'completed', completed: 4, failed: 0, cancelled: 2 });
    expect(promptsOf(foreign, sentBefore)).toEqual(['question 2']);
  });
});

describe('after a crash', () => {
  it('resume says how far the run was and what may have been billed, sends that once more, and the summary names it', async () => {
    const foreign = await work.serve({ latencyMs: ({ ordinal }) => (ordinal < 8 ? 5 : ordinal < 11 ? 60_000 : 5) });
    await work.place.write('tasks.csv', tasksCsv(16));
    const started = work.place.start(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '3']);
    while (foreign.requests.length < 11) await new Promise((resolve) => setTimeout(resolve, 10));
    // The answers are on disk within a fraction of a second; the counts of the run follow later.
    for (let stored = 0; stored < 8; ) {
      await work.place.run(['export', 'r1', '--out', 'so-far.csv']);
      stored = (await readFile(path.join(work.place.folder, 'so-far.csv'), 'utf8')).match(/^t\d+,completed/gm)?.length ?? 0;
    }
    started.child.kill('SIGKILL');
    await started.ended;
    const shown = await work.place.run(['show', 'r1']);
    expect(shown.stdout).toMatch(/^Status +Paused\. Interrupted at 8 of 16; 3 in flight may have been billed; resuming sends them once more, flagged\.$/m);
    const resumed = await work.place.run(['resume']);
    expect(resumed.exitCode).toBe(0);
    expect(resumed.stderr).toContain('Interrupted at 8 of 16; 3 in flight may have been billed; resuming sends them once more, flagged.\n');
    expect(resumed.stdout).toMatch(/^Tasks +16 of 16 completed$/m);
    expect(resumed.stdout).toMatch(/^Flagged +3 answers may have been billed twice$/m);
    expect(promptsOf(foreign)).toHaveLength(19);
    expect([...new Set(promptsOf(foreign))].toSorted()).toEqual(questions(16));
  });
});
