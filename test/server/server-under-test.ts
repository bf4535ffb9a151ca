import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EventBatch } from '../../shared/contract/events.ts';
import { TasklaneError, type Reply } from '../../shared/errors.ts';
import { fromWire } from '../../shared/wire/wire.ts';
import { startServer, type RunningServer, type ServedTasklane, type ServerOptions } from '../../electron/server/start-server.ts';

export const SECRET_OUTSIDE = 'a file outside of the screen';

/** Stands in for the whole of Tasklane where only its host is tested: keeps what it was called with. */
export interface TasklaneDouble extends ServedTasklane {
  readonly calls: { readonly name: unknown; readonly input: unknown }[];
  readonly uploads: { readonly name: string; readonly text: string }[];
  readonly dropped: string[];
  emit(batch: EventBatch): void;
  listenerCount(): number;
  /** Writes a download as an export would. */
  fill(targetId: string, text: string): Promise<void>;
}

function createDouble(dir: string): TasklaneDouble {
  const listeners = new Set<(batch: EventBatch) => void>();
  const downloads = new Map<string, { readonly path: string; readonly name: string }>();
  const double: TasklaneDouble = {
    calls: [],
    uploads: [],
    dropped: [],
    emit: (batch) => listeners.forEach((listener) => listener(batch)),
    listenerCount: () => listeners.size,
    fill: (targetId, text) => writeFile(downloads.get(targetId)!.path, text),
    handle: async (name, input) => {
      double.calls.push({ name, input });
      if (name === 'run.snapshot') return { ok: true, value: { times: Float64Array.of(1.5, Number.NaN) } };
      if (name === 'run.start') return { ok: false, error: { code: 'run_state', message: 'It runs already.', hint: 'Wait.' } };
      return { ok: true, value: {} };
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    addUpload: async (name, content) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(chunk);
      if (name === 'bad.csv') throw new TasklaneError('file_format', 'Expected rows.', 'Look at it.');
      const text = Buffer.concat(chunks).toString('utf8');
      double.uploads.push({ name, text });
      return { sourceId: 'source-1', name, sizeBytes: Buffer.byteLength(text) };
    },
    addDownload: (name) => {
      const targetId = `target-${downloads.size + 1}`;
      downloads.set(targetId, { path: path.join(dir, targetId), name });
      return { targetId, name };
    },
    takeDownload: (targetId) => downloads.get(targetId) ?? null,
    dropDownload: async (targetId) => {
      double.dropped.push(targetId);
      await rm(path.join(dir, targetId), { force: true });
    },
  };
  return double;
}

export interface ServerUnderTest extends RunningServer {
  readonly tasklane: TasklaneDouble;
  readonly origin: string;
  /** Of an open session. */
  readonly token: string;
  readonly rendererDir: string;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<{ readonly status: number; readonly reply: Reply<unknown> }>;
  stop(): Promise<void>;
}

async function exchange(origin: string, code: string): Promise<string> {
  const response = await fetch(`${origin}/api/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }) });
  const reply = fromWire(await response.text()) as Reply<{ readonly token: string }>;
  if (!reply.ok) throw new Error(reply.error.message);
  return reply.value.token;
}

/** The real server over a real folder, with an open session. */
export async function startUnderTest(options: Partial<ServerOptions> = {}): Promise<ServerUnderTest> {
  const dir = await mkdtemp(path.join(tmpdir(), 'tasklane-server-'));
  const rendererDir = path.join(dir, 'screen');
  await mkdir(path.join(rendererDir, 'assets'), { recursive: true });
  await writeFile(path.join(dir, 'secret.txt'), SECRET_OUTSIDE);
  await writeFile(path.join(rendererDir, 'index.html'), '<!doctype html><title>Tasklane</title>');
  await writeFile(path.join(rendererDir, 'assets', 'index-Ab3_x-9Z.js'), 'export {};');
  await writeFile(path.join(rendererDir, '.hidden'), SECRET_OUTSIDE);
  const tasklane = createDouble(dir);
  const server = await startServer({ tasklane, rendererDir, port: 0, ...options });
  const origin = `http://127.0.0.1:${server.port}`;
  const token = await exchange(origin, server.newCode());
  return {
    ...server,
    tasklane,
    origin,
    token,
    rendererDir,
    post: async (target, body, headers = {}) => {
      const response = await fetch(`${origin}${target}`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) });
      return { status: response.status, reply: fromWire(await response.text()) as Reply<unknown> };
    },
    stop: async () => {
      await server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('condition did not come true within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function isThere(file: string): Promise<boolean> {
  return readFile(file).then(
    () => true,
    () => false,
  );
}
