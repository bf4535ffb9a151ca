import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';

import { writeResults } from '../../electron/files/write-results.ts';
import type { ResultRow } from '../../electron/files/writers/result-row.ts';
import { toWriteError, writeFileAtomic } from '../../electron/files/writers/write-atomic.ts';
import { temporaryFolder, withoutPrivileges } from './temporary-folder.ts';

const COMPLETED: ResultRow = {
  customId: 'a-1',
  status: 'completed',
  output: 'It is "42",\nreally',
  errorClass: null,
  error: null,
  attempts: 2,
  startedAt: '2026-03-01T10:00:00.000Z',
  queueMs: 12.4,
  ttftMs: 250.5,
  serviceMs: 899.6,
  inputTokens: 10,
  outputTokens: 20,
  costUsd: 0.0000004,
  model: 'simulated-1',
  finishReason: 'stop',
  vars: { prompt: 'What is 12 + 30?', '__proto__x': 'ü' },
};
const QUEUED: ResultRow = { ...COMPLETED, customId: 'a-2', status: 'queued', output: null, attempts: 0, startedAt: null, queueMs: null, ttftMs: Number.NaN, serviceMs: null, inputTokens: null, outputTokens: null, costUsd: null, model: null, finishReason: null, vars: { prompt: '=1+1' } };
const FAILED: ResultRow = { ...QUEUED, customId: 'a-3', status: 'failed', errorClass: 'rate_limit', error: 'Too many; try later', attempts: 5 };
const HEADER = 'custom_id,status,output,error_class,error,attempts,started_at,queue_ms,ttft_ms,service_ms,input_tokens,output_tokens,cost_usd,model,finish_reason';

describe('results as CSV', () => {
  test('columns, order, quoting and line ends are those that scripts depend on', async () => {
    const path = join(await temporaryFolder(), 'out.csv');
    const written = await writeResults({ path, format: 'csv', columns: ['prompt', '__proto__x'], rows: [COMPLETED, QUEUED, FAILED] });
    const text = await readFile(path, 'utf8');
    expect(text).toBe(
      `${HEADER},var.prompt,var.__proto__x\r\n` +
        'a-1,completed,"It is ""42"",\nreally",,,2,2026-03-01T10:00:00.000Z,12,251,900,10,20,0.0000004,simulated-1,stop,What is 12 + 30?,ü\r\n' +
        'a-2,queued,,,,0,,,,,,,,,,=1+1,\r\n' +
        'a-3,failed,,rate_limit,Too many; try later,5,,,,,,,,,,=1+1,\r\n',
    );
    expect(written).toEqual({ rows: 3, sizeBytes: Buffer.byteLength(text) });
  });

  test('any answer and any input come back from the file unchanged', async () => {
    const path = join(await temporaryFolder(), 'out.csv');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), { minLength: 1, maxLength: 20 }), async (texts) => {
        await writeResults({ path, format: 'csv', columns: ['x'], rows: texts.map(([output, x]) => ({ ...COMPLETED, output, vars: { x } })) });
        const { data } = Papa.parse<Record<string, string>>(await readFile(path, 'utf8'), { header: true, newline: '\r\n', skipEmptyLines: true });
        expect(data.map((row) => [row['output'], row['var.x']])).toEqual(texts);
      }),
      { numRuns: 30 },
    );
  });
});

describe('results as JSONL', () => {
  test('the same names, null for what is missing, and the input under vars', async () => {
    const path = join(await temporaryFolder(), 'out.jsonl');
    const vars = Object.create(null) as Record<string, string>;
    vars['__proto__'] = 'own';
    await writeResults({ path, format: 'jsonl', columns: ['__proto__', 'absent'], rows: [{ ...QUEUED, vars }] });
    expect(await readFile(path, 'utf8')).toBe(
      '{"custom_id":"a-2","status":"queued","output":null,"error_class":null,"error":null,"attempts":0,"started_at":null,"queue_ms":null,"ttft_ms":null,"service_ms":null,"input_tokens":null,"output_tokens":null,"cost_usd":null,"model":null,"finish_reason":null,"vars":{"__proto__":"own","absent":null}}\n',
    );
  });

  test('a hundred thousand rows are streamed in order', async () => {
    const path = join(await temporaryFolder(), 'out.jsonl');
    async function* rows(): AsyncGenerator<ResultRow> {
      for (let i = 0; i < 100_000; i += 1) yield { ...QUEUED, customId: `t${i}` };
    }
    const { rows: count, sizeBytes } = await writeResults({ path, format: 'jsonl', columns: ['prompt'], rows: rows() });
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect([count, lines.length, (JSON.parse(lines[99_999]!) as { custom_id: string }).custom_id, (await stat(path)).size]).toEqual([100_000, 100_000, 't99999', sizeBytes]);
  });
});

describe('whole or not there', () => {
  test('when the rows break off, the old file stays as it was and nothing is left beside it', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'out.csv');
    await writeFile(path, 'old');
    function* rows(): Generator<ResultRow> {
      for (let i = 0; i < 20_000; i += 1) yield COMPLETED;
      throw new Error('the store broke');
    }
    await expect(writeResults({ path, format: 'csv', columns: [], rows: rows() })).rejects.toThrow('the store broke');
    expect([await readdir(folder), await readFile(path, 'utf8')]).toEqual([['out.csv'], 'old']);
  });

  test('an abort leaves nothing behind', async () => {
    const folder = await temporaryFolder();
    const controller = new AbortController();
    function* rows(): Generator<ResultRow> {
      for (let i = 0; i < 100; i += 1) {
        if (i === 50) controller.abort(new Error('changed my mind'));
        yield COMPLETED;
      }
    }
    await expect(writeResults({ path: join(folder, 'out.csv'), format: 'csv', columns: [], rows: rows(), signal: controller.signal })).rejects.toThrow('changed my mind');
    expect(await readdir(folder)).toEqual([]);
  });

  test('a write that the system refuses half-way says why and leaves nothing behind', async () => {
    const folder = await temporaryFolder();
    const script = join(folder, 'write.ts');
    const module = join(import.meta.dirname, '../../electron/files/writers/write-atomic.ts');
    await mkdir(join(folder, 'out'));
    await writeFile(script, `import { writeFileAtomic } from ${JSON.stringify(module)};\nprocess.on('SIGXFSZ', () => undefined);\ntry { await writeFileAtomic(${JSON.stringify(join(folder, 'out', 'big.csv'))}, 'x'.repeat(1_000_000)); } catch (error) { process.stdout.write(error.code + ': ' + error.message); }\n`);
    const output = execFileSync('bash', ['-c', `ulimit -f 64; exec "$0" "$1"`, process.execPath, script], { encoding: 'utf8' });
    expect([output, await readdir(join(folder, 'out'))]).toEqual([`target_unwritable: "${join(folder, 'out', 'big.csv')}" could not be written: the file is larger than this disk or account allows (EFBIG).`, []]);
  });

  test('a file that is replaced keeps its permissions, and a link stays a link', async () => {
    const folder = await temporaryFolder();
    const real = join(folder, 'real.svg');
    await writeFile(real, 'old');
    await chmod(real, 0o640);
    await symlink('real.svg', join(folder, 'link.svg'));
    expect(await writeFileAtomic(join(folder, 'link.svg'), new TextEncoder().encode('<svg/>'))).toEqual({ sizeBytes: 6 });
    expect([await readFile(real, 'utf8'), (await stat(real)).mode & 0o777, (await lstat(join(folder, 'link.svg'))).isSymbolicLink(), await readlink(join(folder, 'link.svg')), (await readdir(folder)).toSorted()]).toEqual(['<svg/>', 0o640, true, 'real.svg', ['link.svg', 'real.svg']]);
  });

  test('a missing folder, a folder as target, a device and a name too long are told apart', async () => {
    const folder = await temporaryFolder();
    const messageOf = async (path: string): Promise<unknown> => writeFileAtomic(path, 'x').then(
      () => 'written',
      (error: unknown) => (error instanceof Error && 'code' in error ? [error.code, error.message.replaceAll(folder, 'FOLDER')] : error),
    );
    expect([await messageOf(join(folder, 'none', 'a.csv')), await messageOf(folder), await messageOf('/dev/null'), await messageOf(join(folder, 'x'.repeat(300)))]).toEqual([
      ['target_unwritable', '"FOLDER/none/a.csv" could not be written: the folder "FOLDER/none" does not exist (ENOENT).'],
      ['target_unwritable', '"FOLDER" is a folder; a file name was expected.'],
      ['target_unwritable', '"/dev/null" is not a regular file, so it cannot be replaced safely.'],
      ['target_unwritable', `"FOLDER/${'x'.repeat(300)}" could not be written: the name "${'x'.repeat(40)}…" is too long (ENAMETOOLONG).`],
    ]);
  });

  test('a folder without permission says so', async () => {
    const folder = await temporaryFolder();
    await chmod(folder, 0o555);
    await withoutPrivileges(async () => {
      await expect(writeFileAtomic(join(folder, 'a.csv'), 'x')).rejects.toMatchObject({ code: 'target_unwritable', message: expect.stringContaining('permission denied (EACCES)') as string });
    });
    await chmod(folder, 0o755);
  });

  test('a full disk is called that, and the hint says that the results are safe', () => {
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
    expect(toWriteError(full, '/x/out.csv')).toMatchObject({ code: 'target_unwritable', message: '"/x/out.csv" could not be written: the disk is full (ENOSPC).', hint: expect.stringContaining('the results themselves are safe') as string });
  });

  test('a fault of ours is not dressed up as one of the disk', () => {
    const bug = new TypeError('undefined is not a function');
    expect(toWriteError(bug, '/x')).toBe(bug);
  });
});
