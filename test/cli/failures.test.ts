import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { errorBody, type ReceivedRequest, type ScriptedReply } from '../fixtures/openai-server.ts';
import { endpointOf, tasksCsv, workplaceForEach } from './workplace.ts';

const work = workplaceForEach();

interface PrintedGroup {
  readonly class: string;
  readonly taskIds: readonly string[];
  readonly lastAt: string | null;
}
const groupsIn = (text: string): readonly PrintedGroup[] => (JSON.parse(text) as { groups: readonly PrintedGroup[] }).groups;

/** By the number of the question: every third is too long, every fifth is refused in one of two ways. */
function misbehaving({ prompt }: Pick<ReceivedRequest, 'prompt'>): ScriptedReply | null {
  const number = Number(/\d+$/.exec(prompt)?.[0]);
  if (number % 3 === 0) return { status: 400, body: errorBody(`Your messages resulted in ${8000 + number} tokens.`, 'context_length_exceeded') };
  if (number % 5 === 0) return { status: 422, body: errorBody(number % 2 === 0 ? 'No such thing.' : `Not "${prompt}".`, 'bad_thing') };
  return null;
}

describe('failures', () => {
  it('prints groups by the contract: class, code, normalised message, count, an example, every custom id', async () => {
    const foreign = await work.serve({ latencyMs: 5, script: misbehaving });
    await work.place.write('tasks.csv', tasksCsv(12));
    expect((await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '1', '--json'])).exitCode).toBe(1);
    await work.place.write('good.csv', 'prompt\nfine 1\n');
    expect((await work.place.run(['run', 'good.csv', ...endpointOf(foreign)])).exitCode).toBe(0);

    // Without a name it is the newest run that has any.
    const printed = await work.place.run(['failures', '--json']);
    expect(printed.exitCode).toBe(0);
    expect(printed.stdout.trimEnd().split('\n')).toHaveLength(1);
    const groups = groupsIn(printed.stdout);
    expect(groups.map((group) => ({ ...group, lastAt: 'then' }))).toEqual([
      { class: 'context_length', code: 'context_length_exceeded', message: 'Your messages resulted in # tokens.', count: 4, example: 'Your messages resulted in 8003 tokens.', taskIds: ['t3', 't6', 't9', 't12'], httpStatus: 400, exampleTaskId: 't3', lastAt: 'then' },
      { class: 'bad_request', code: 'bad_thing', message: 'Not “…”.', count: 1, example: 'Not "question 5".', taskIds: ['t5'], httpStatus: 422, exampleTaskId: 't5', lastAt: 'then' },
      { class: 'bad_request', code: 'bad_thing', message: 'No such thing.', count: 1, example: 'No such thing.', taskIds: ['t10'], httpStatus: 422, exampleTaskId: 't10', lastAt: 'then' },
    ]);
    expect(groups[0]?.lastAt).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(JSON.parse(printed.stdout)).toMatchObject({ runId: 'r1' });
    expect(groupsIn((await work.place.run(['failures', '1', '--class', 'bad_request', '--json'])).stdout).map(({ taskIds }) => taskIds)).toEqual([['t5'], ['t10']]);
    expect((await work.place.run(['failures', 'latest', '--json'])).stdout).toBe('{"runId":"r2","groups":[]}\n');

    const unknown = await work.place.run(['failures', 'r1', '--class', 'timeout', '--json']);
    expect(unknown.exitCode).toBe(2);
    expect(JSON.parse(unknown.stdout)).toMatchObject({ error: { code: 'usage', message: 'Run r1 has no failed task of the class timeout; there are: bad_request, context_length.' } });

    const { stdout } = await work.place.run(['failures', 'r1']);
    expect(stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'DATE')).toBe(`Run r1, tasks: 6 of 12 tasks failed

4 x Prompt too long (context_length, HTTP 400, context_length_exceeded)
  Your messages resulted in # tokens.
  Example  t3: Your messages resulted in 8003 tokens.
  Last     DATE UTC
  Advice   Shorten the prompt or choose a model with a longer context; a plain retry fails again.
  Retry    tasklane retry r1 --class context_length --model MODEL

1 x Request refused (bad_request, HTTP 422, bad_thing)
  Not “…”.
  Example  t5: Not "question 5".
  Last     DATE UTC
  Advice   The provider does not accept this request: edit the prompt or the parameters, then retry.
  Retry    tasklane retry r1 --task t5 --template-file FILE

1 x Request refused (bad_request, HTTP 422, bad_thing)
  No such thing.
  Example  t10: No such thing.
  Last     DATE UTC
  Advice   The provider does not accept this request: edit the prompt or the parameters, then retry.
  Retry    tasklane retry r1 --task t10 --template-file FILE
`);
  });

  it('writes dead letters to files: JSON lines with the history, CSV with the columns of results', async () => {
    const foreign = await work.serve({ latencyMs: 5, script: misbehaving });
    await work.place.write('tasks.csv', tasksCsv(6));
    await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '1']);
    const { exitCode, stderr } = await work.place.run(['failures', '--out', 'dead.jsonl', '--out', 'dead.csv', '--json']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('Wrote 3 failed tasks to ');
    const records = (await readFile(path.join(work.place.folder, 'dead.jsonl'), 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as object);
    expect(records).toMatchObject([
      { custom_id: 't3', error_class: 'context_length', prompt: 'question 3', settings: { model: 'test-model' }, attempts: [{ number: 1, state: 'failed' }], vars: { id: 't3', prompt: 'question 3' } },
      { custom_id: 't5', error_class: 'bad_request' },
      { custom_id: 't6', error_class: 'context_length' },
    ]);
    const lines = (await readFile(path.join(work.place.folder, 'dead.csv'), 'utf8')).trimEnd().split('\r\n');
    expect(lines.map((line) => line.split(',').slice(0, 2).join(' '))).toEqual(['custom_id status', 't3 failed', 't5 failed', 't6 failed']);
    await work.place.run(['failures', '--class', 'bad_request', '--out', 'some.jsonl']);
    expect((await readFile(path.join(work.place.folder, 'some.jsonl'), 'utf8')).trimEnd().split('\n')).toHaveLength(1);
  });

  it('says so where nothing failed, and looks on while another program writes', async () => {
    const nothing = await work.place.run(['failures', '--json']);
    expect({ exitCode: nothing.exitCode, stdout: nothing.stdout }).toEqual({ exitCode: 0, stdout: '{"runId":null,"groups":[]}\n' });
    const foreign = await work.serve({ latencyMs: ({ ordinal }) => (ordinal < 6 ? 5 : 300), script: misbehaving });
    await work.place.write('tasks.csv', tasksCsv(40));
    const first = work.place.start(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '1']);
    while (foreign.requests.length < 8) await new Promise((resolve) => setTimeout(resolve, 10));
    const looked = await work.place.run(['failures', 'r1', '--out', 'dead.jsonl', '--json']);
    expect({ exitCode: looked.exitCode, stderr: looked.stderr.split(':')[0] }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/^Wrote \d+ failed task/) as string });
    expect(groupsIn(looked.stdout)[0]?.taskIds).toEqual(expect.arrayContaining(['t3', 't6']) as string[]);
    for (const command of ['retry', 'skip']) {
      const refused = await work.place.run([command, 'r1', '--json']);
      expect(refused.exitCode).toBe(2);
      expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'store_locked' } });
    }
    first.child.kill('SIGINT');
    expect((await first.ended).exitCode).toBe(130);
  });

  it('lets no text of a provider or a file act on the terminal', async () => {
    const evil = '\u001b]52;c;ZXZpbA==\u0007\u001b[2J\u202e';
    const foreign = await work.serve({ latencyMs: 5, script: () => ({ status: 422, body: errorBody(`No ${evil}`, `code ${evil}`) }) });
    await work.place.write('tasks.csv', `id,prompt\na${evil},one\n-b,two\n`);
    await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign)]);
    for (const args of [['failures'], ['failures', '--json'], ['retry', 'r1', '--task', 'c', '--json'], ['skip', 'r1']]) {
      const { stdout, stderr } = await work.place.run(args);
      expect(stdout + stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    }
  });
});
