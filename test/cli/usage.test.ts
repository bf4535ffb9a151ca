import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startOpenAiServer, type OpenAiServer } from '../fixtures/openai-server.ts';
import { runInProcess, type Outcome } from './in-process.ts';

let folder = '';
let server: OpenAiServer;
const dataDir = (): string => path.join(folder, 'data');

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tasklane-usage-'));
  server = await startOpenAiServer();
  await writeFile(path.join(folder, 'tasks.csv'), 'id,prompt\n1,one\n2,two\n');
  await writeFile(path.join(folder, 'reviews.csv'), 'id,review\n1,fine\n2,poor\n');
  await writeFile(path.join(folder, 'ragged.csv'), 'id,prompt\n1,one\n2\n3,three\n4,four,4\n');
  await writeFile(path.join(folder, 'header.csv'), 'id,prompt\n');
  await writeFile(path.join(folder, 'empty-template.txt'), '\n');
  await mkdir(path.join(folder, 'subfolder'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return runInProcess(args, { cwd: folder, env: { TASKLANE_DATA_DIR: dataDir(), OPENAI_BASE_URL: server.baseUrl, ...env } });
}

describe('what is not built yet is refused by name, before a store or a request', () => {
  const runWith = (...args: string[]): readonly string[] => ['run', 'tasks.csv', '--model', 'm', ...args];
  it.each([
    [runWith('--budget', '5'), '--budget is not built yet.'],
    [runWith('--budget=5'), '--budget is not built yet.'],
    [runWith('--schema', 'schema.json'), '--schema is not built yet.'],
    [runWith('--lane', 'heavy=2', '--lane', 'light=8'), '--lane is not built yet.'],
    [runWith('--rpm', '60'), '--rpm is not built yet.'],
    [runWith('--tpm', '60000'), '--tpm is not built yet.'],
    [runWith('--max-concurrency', '9'), '--max-concurrency is not built yet.'],
    [runWith('--concurrency', 'auto'), '--concurrency auto is not built yet.'],
    [runWith('--out', 'a.xlsx'), '--out a.xlsx: .xlsx is not built yet.'],
    [runWith('--out', 'a.excel.csv'), '--out a.excel.csv: .excel.csv is not built yet.'],
    [runWith('--out', 'a.csv', '--out', 'a.timeline.svg'), '--out a.timeline.svg: .svg is not built yet.'],
    [['run', 'subfolder', '--model', 'm'], 'subfolder is a folder; folders as input are not built yet.'],
    [['measure', 'tasks.csv', '--model', 'm', '--out', 'a.csv'], '--out is not built yet.'],
    [['resume', 'r1', '--rpm', '3'], '--rpm is not built yet.'],
    [['retry', 'r1', '--budget', '5'], '--budget is not built yet.'],
    [['failures', 'r1', '--out', 'a.xlsx'], '--out a.xlsx: .xlsx is not built yet.'],
    [['doctor'], 'The command doctor is not built yet.'],
  ])('%j', async (args, message) => {
    const { exitCode, stderr } = await run(args);
    expect({ exitCode, first: stderr.split('\n')[0] }).toEqual({ exitCode: 2, first: `tasklane: ${message}` });
    expect(existsSync(dataDir())).toBe(false);
    expect(server.requests).toEqual([]);
  });
});

describe('wrong usage exits 2 before a store or a request', () => {
  it.each([
    [[], 'A command is needed.'],
    [['rnu', 'tasks.csv'], "unknown command 'rnu'"],
    [['run'], "missing required argument 'file'"],
    [['run', 'tasks.csv', '--concurency', '4'], "unknown option '--concurency'"],
    [['run', 'tasks.csv', '--concurrency', '0'], "option '--concurrency <n>' argument '0' is invalid. Expected a whole number from 1 to 1000."],
    [['run', 'tasks.csv', '--concurrency', '1001'], "option '--concurrency <n>' argument '1001' is invalid. Expected a whole number from 1 to 1000."],
    [['run', 'tasks.csv', '--concurrency', '2.5'], "option '--concurrency <n>' argument '2.5' is invalid. Expected a whole number from 1 to 1000."],
    [['run', 'tasks.csv', '--temperature', '3'], "option '--temperature <x>' argument '3' is invalid. Expected a number from 0 to 2."],
    [['run', 'tasks.csv', '--limit', '0'], "option '--limit <n>' argument '0' is invalid. Expected a whole number from 1 to 2147483647."],
    [['run', 'tasks.csv', '--model', 'a', '--model', 'b'], "option '--model <name>' argument 'b' is invalid. It was given twice."],
    [['run', 'tasks.csv', '--template', 'a', '--template-file', 'b'], "option '--template <text>' cannot be used with option '--template-file <file>'"],
    [['run', 'tasks.csv', '--provider', 'simulated', '--base-url', 'http://127.0.0.1:1/v1'], "option '--provider <name>' cannot be used with option '--base-url <url>'"],
    [['run', 'missing.csv'], 'missing.csv cannot be found.'],
    [['run', 'tasks.csv', '--template-file', 'missing.txt'], 'missing.txt cannot be found.'],
    [['run', 'tasks.csv', '--template-file', 'empty-template.txt'], '--template-file empty-template.txt is empty.'],
    [['run', 'tasks.csv', '--out', 'missing/a.csv'], /^--out missing\/a\.csv: the folder .* is not there\.$/],
    [['run', 'tasks.csv', '--out', 'tasks.csv'], '--out tasks.csv is an input file or was named twice; writing it would destroy the other.'],
    [['runs', 'r1'], "too many arguments for 'runs'. Expected 0 arguments but got 1: r1."],
    [['show'], "missing required argument 'run'"],
    [['export', 'r1'], 'export needs to know where to write.'],
    [['retry'], "missing required argument 'run'"],
    [['skip'], "missing required argument 'run'"],
    [['failures', 'r1', 'r2'], "too many arguments for 'failures'. Expected 1 argument but got 2: r1, r2."],
    [['failures', '--class', 'nope'], /^option '--class <class>' argument 'nope' is invalid\. Expected one of auth, quota, rate_limit, .*interrupted\.$/],
    [['retry', 'r1', '--class', 'Server'], /^option '--class <class>' argument 'Server' is invalid\./],
    [['retry', 'r1', '--prompt', 'a', '--template', 'b'], "option '--prompt <text>' cannot be used with option '--template <text>'"],
    [['retry', 'r1', '--template', 'a', '--template-file', 'b'], "option '--template <text>' cannot be used with option '--template-file <file>'"],
    [['retry', 'r1', '--model', ''], "option '--model <name>' argument '' is invalid. Expected some text, got none."],
    [['retry', 'r1', '--out', 'missing/a.csv'], /^--out missing\/a\.csv: the folder .* is not there\.$/],
    [['measure', 'tasks.csv', '--concurrency', '1'], 'There is nothing to compare: only one task at a time was asked for.'],
    [['measure', 'tasks.csv', '--repeats', '0'], "option '--repeats <n>' argument '0' is invalid. Expected a whole number from 1 to 100."],
    [['serve', '--port', '70000'], "option '--port <n>' argument '70000' is invalid. Expected a whole number from 0 to 65535."],
    [['simulate', '--fault', '500'], /^option '--fault <name=share>' argument '500' is invalid\. Expected NAME=SHARE/],
    [['simulate', '--latency', 'soon'], /^The latency was "soon"/],
    [['runs', '--data-dir', 'tasks.csv'], /^The data folder .*tasks\.csv cannot be used/],
  ])('%j', async (args, message) => {
    const { exitCode, stdout, stderr } = await run(args);
    const line = stderr.split('\n').find((text) => text.startsWith('tasklane: '))?.slice('tasklane: '.length);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    if (typeof message === 'string') expect(line).toBe(message);
    else expect(line).toMatch(message);
    expect(existsSync(dataDir())).toBe(false);
    expect(server.requests).toEqual([]);
  });

  it('suggests what was probably meant', async () => {
    expect((await run(['rnu'])).stderr).toContain('Did you mean run?');
    expect((await run(['run', 'tasks.csv', '--modle', 'x'])).stderr).toContain('Did you mean --model?');
  });

  it('never repeats a password that was put into a URL', async () => {
    const { exitCode, stdout, stderr } = await run(['run', 'tasks.csv', '--model', 'm', '--base-url', 'https://me:canary@host.example/v1', '--json']);
    expect(exitCode).toBe(2);
    expect(stdout + stderr).not.toContain('canary');
  });

  it('never repeats a key that was pasted where its variable belongs', async () => {
    const { exitCode, stdout, stderr } = await run(['run', 'tasks.csv', '--model', 'm', '--api-key-env', 'sk-canary-1', '--json']);
    expect(exitCode).toBe(2);
    expect(stdout + stderr).not.toContain('canary');
  });
});

describe('wrong input exits 2 before any request', () => {
  it.each([
    [['run', 'tasks.csv'], 'A model is needed for 127.0.0.1:'],
    [['run', 'tasks.csv', '--model', 'm', '--provider', 'nowhere'], 'No saved provider is called "nowhere". There is: simulated.'],
    [['run', 'tasks.csv', '--model', 'm', '--api-key-env', 'NOT_SET'], '--api-key-env names the environment variable NOT_SET, which is not set.'],
    [['run', 'tasks.csv', '--model', 'm', '--base-url', 'http://169.254.169.254/v1'], '169.254.169.254 is a link-local or metadata address'],
    [['run', 'tasks.csv', '--model', 'm', '--template', 'Say {{promt}}'], 'The template uses the unknown column `promt`. Known columns: `id`, `prompt`. Did you mean `prompt`?'],
    [['run', 'tasks.csv', '--model', 'm', '--system', 'Be {{tone}}'], 'The template uses the unknown column `tone`.'],
    [['run', 'reviews.csv', '--model', 'm'], 'A template is needed: the input has 2 columns (id, review) and none is called "prompt".'],
    [['run', 'ragged.csv', '--model', 'm'], '2 rows cannot be read, 2 can: ragged.csv, line 3: '],
    [['run', 'header.csv', '--model', 'm'], 'header.csv'],
    [['show', 'r7'], 'There is no run "r7".'],
    [['resume'], 'There is no run to resume: none is paused.'],
    [['failures', 'r7'], 'There is no run "r7".'],
    [['retry', 'r7'], 'There is no run "r7".'],
    [['skip', 'latest'], 'There is no run "latest".'],
    [['export', 'latest', '--out', 'a.csv'], 'There is no run "latest".'],
  ])('%j', async (args, message) => {
    const { exitCode, stdout, stderr } = await run([...args, '--json']);
    expect(exitCode).toBe(2);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
    expect(Object.keys(error)).toEqual(['code', 'message', 'hint']);
    expect(error.message).toContain(message);
    expect(stderr).toContain(error.message);
    expect(server.requests).toEqual([]);
    expect(JSON.parse((await run(['runs', '--json'])).stdout)).toEqual({ runs: [] });
  });

  it('names every bad row by line', async () => {
    const { stderr } = await run(['run', 'ragged.csv', '--model', 'm']);
    expect(stderr).toMatch(/line 3: .*line 5: /);
  });
});

describe('help and hand-over', () => {
  it('explains every command with examples, on stdout and with exit code 0', async () => {
    for (const command of ['run', 'resume', 'failures', 'retry', 'skip', 'measure', 'project', 'runs', 'show', 'export', 'serve', 'simulate']) {
      const { exitCode, stdout } = await run([command, '--help']);
      expect({ command, exitCode }).toEqual({ command, exitCode: 0 });
      expect(stdout).toMatch(new RegExp(`^Usage: tasklane ${command} .*Examples:\n  tasklane ${command}`, 's'));
      expect(stdout).not.toContain('--budget');
    }
  });

  it('prints the version of the package', async () => {
    expect(await run(['--version'])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
  });

  it('hands serve the data folder as an absolute path, and its exit code on', async () => {
    const { exitCode, served } = await run(['serve', '--port', '4310', '--data-dir', 'elsewhere', '--json']);
    expect({ exitCode, served }).toEqual({ exitCode: 0, served: [{ dataDir: path.join(folder, 'elsewhere'), port: 4310, json: true }] });
  });
});
