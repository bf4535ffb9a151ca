import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterEach, describe, expect, it } from 'vitest';

import { startOpenAiServer, type OpenAiServer } from '../fixtures/openai-server.ts';
import { failingOnce, parseTrace, traceNote, tracing, whyNoTrace, type TracedCall } from '../fixtures/strace.ts';
import { storePlaceForEach } from './place.ts';

const place = storePlaceForEach();
const TASKS = 8;
const PROGRAM = path.resolve('test/store/shown-tasks.ts');
const NODE = path.resolve('node_modules/.bin/node');
const servers: OpenAiServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** Runs the tasks, and gives what the program asked of the system. */
async function traced(prefix: (logFile: string) => readonly string[]): Promise<{ readonly calls: readonly TracedCall[]; readonly server: OpenAiServer; readonly stdout: string; readonly exitCode: number | null }> {
  const server = await startOpenAiServer({ answer: ({ prompt }) => `answer-to-${prompt}` });
  servers.push(server);
  const logFile = path.join(place.dataDir, 'trace.log');
  const [command = '', ...before] = prefix(logFile);
  const child = spawn(command, [...before, NODE, '--no-warnings', PROGRAM, place.dataDir, server.baseUrl, String(TASKS)], { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env['PATH'] ?? '', HOME: place.dataDir } });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { calls: parseTrace(readFileSync(logFile, 'utf8')), server, stdout, exitCode };
}

const isLog = ({ place: file }: TracedCall): boolean => file.endsWith('/tasklane.db-wal');
const isSync = (call: TracedCall): boolean => isLog(call) && (call.name === 'fsync' || call.name === 'fdatasync') && call.isSuccess;
const firstIndex = (calls: readonly TracedCall[], wanted: (call: TracedCall) => boolean, from = 0): number => calls.findIndex((call, at) => at >= from && wanted(call));

/** Where what holds this text was first written to the log, and where the log was synced after that. */
function committedAt(calls: readonly TracedCall[], text: string): { readonly written: number; readonly synced: number } {
  const written = firstIndex(calls, (call) => isLog(call) && call.name === 'pwrite64' && call.text.includes(text));
  return { written, synced: written === -1 ? -1 : firstIndex(calls, isSync, written) };
}

describe.skipIf(whyNoTrace !== null)(`what reaches the disk, and when${traceNote}`, () => {
  it('G1, G3: the log is synced after a result is written and before it is shown, and after an attempt is written and before it is sent', async () => {
    const { calls, stdout } = await traced((logFile) => tracing(['pwrite64', 'fsync', 'fdatasync', 'write', 'writev', 'sendto'], logFile));
    expect(stdout).toContain('closed');
    const db = new DatabaseSync(place.storeFile, { readOnly: true });
    const fingerprints = db.prepare('SELECT position, fingerprint FROM attempts ORDER BY position').all();
    db.close();
    expect(fingerprints).toHaveLength(TASKS);
    expect(new Set(fingerprints.map(({ fingerprint }) => fingerprint)).size).toBe(TASKS);

    const isInOrder = (...places: readonly number[]): boolean => places.every((at, i) => at > (places[i - 1] ?? -1));
    const outOfOrder = fingerprints.flatMap(({ fingerprint }, index): readonly object[] => {
      const attempt = committedAt(calls, String(fingerprint));
      const sent = firstIndex(calls, ({ place: socket, text }) => socket.startsWith('socket:') && text.includes(`question-${index}.`));
      const answer = committedAt(calls, `answer-to-question-${index}.`);
      const shown = firstIndex(calls, ({ name, text }) => name === 'write' && text.includes(`"shown ${index}.`));
      return isInOrder(attempt.written, attempt.synced, sent) && isInOrder(sent, answer.written, answer.synced, shown) ? [] : [{ index, attempt, sent, answer, shown }];
    });
    expect(outOfOrder).toEqual([]);
  }, 120_000);

  it('case 45: after a sync that failed, the same pages are written again before a later sync is believed', async () => {
    // Which sync it is does not matter, as long as answers are on their way: each one before is a commit.
    const { calls, server, stdout } = await traced((logFile) => [...tracing(['pwrite64', 'fsync', 'fdatasync', 'write'], logFile), ...failingOnce(['fsync', 'fdatasync'], 'EIO', 18)]);
    const failed = firstIndex(calls, (call) => isLog(call) && call.name === 'fsync' && !call.isSuccess);
    expect(failed).toBeGreaterThan(-1);
    const offsetOf = ({ text }: TracedCall): number => Number(/, (\d+)\) = \d+/.exec(text)?.[1]);
    const lastSync = calls.findLastIndex((call, at) => at < failed && isSync(call));
    const unsynced = calls.slice(lastSync + 1, failed).filter((call) => isLog(call) && call.name === 'pwrite64');
    const firstOffset = Math.min(...unsynced.map(offsetOf));
    const next = firstIndex(calls, isSync, failed);
    const again = calls.slice(failed + 1, next).filter((call) => isLog(call) && call.name === 'pwrite64');
    expect(unsynced.length).toBeGreaterThan(0);
    expect(Math.min(...again.map(offsetOf))).toBe(firstOffset);
    // What had been answered was kept and shown in the end, and nothing more was sent.
    expect(stdout.match(/shown/g)).toHaveLength(server.requests.length);
    expect(server.requests.length).toBeLessThan(TASKS);
    for (const { attempt } of server.requests) expect(attempt).toBe(1);
    const answered = server.requests.map(({ prompt }) => `answer-to-${prompt}`).toSorted();
    const db = new DatabaseSync(place.storeFile, { readOnly: true });
    expect(db.prepare('SELECT output FROM results ORDER BY output').all().map(({ output }) => output)).toEqual(answered);
    db.close();
  }, 120_000);
});
