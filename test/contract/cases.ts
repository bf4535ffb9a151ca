import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';

import type { RunSummary } from '../../shared/contract/summary.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import { errorBody, startOpenAiServer, type OpenAiServer, type OpenAiServerOptions } from '../fixtures/openai-server.ts';
import type { Host, Outcome, RunRequest } from './host.ts';

/** Questions 2 and 5 are refused until that is mended; 3 is too long for all models but `long-model`. */
const misbehaving =
  (mended: () => boolean): NonNullable<OpenAiServerOptions['script']> =>
  ({ prompt, body }) => {
    if (prompt === 'question 3') return body.model === 'long-model' ? null : { status: 400, body: errorBody('Your messages resulted in 9000 tokens.', 'context_length_exceeded') };
    return mended() || !['question 2', 'question 5'].includes(prompt) ? null : { status: 422, body: errorBody(`No: "${prompt}".`, 'bad_thing') };
  };

/** What every host must do alike; the host is up when a case begins, and keeps what earlier cases left. */
export interface ContractCase {
  readonly name: string;
  check(host: Host): Promise<void>;
}

const rowsCsv = (count: number): string => `id,prompt\n${Array.from({ length: count }, (_, index) => `t${index + 1},question ${index + 1}\n`).join('')}`;
const questions = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `question ${index + 1}`).toSorted();

function request(server: OpenAiServer, change: Partial<RunRequest> = {}): RunRequest {
  return { fileName: 'tasks.csv', content: rowsCsv(6), template: '{{prompt}}', baseUrl: server.baseUrl, key: null, concurrency: 2, ...change };
}

function summaryOf(outcome: Outcome): RunSummary {
  if ('refused' in outcome) throw new Error(`Expected a run, but it was refused: ${outcome.refused.message}`);
  return outcome.summary;
}

function refusalOf(outcome: Outcome): ErrorInfo {
  if ('summary' in outcome) throw new Error(`Expected a refusal, but run ${outcome.summary.runId} was made.`);
  return outcome.refused;
}

async function withServer(options: OpenAiServerOptions, check: (server: OpenAiServer) => Promise<void>): Promise<void> {
  const server = await startOpenAiServer(options);
  try {
    await check(server);
  } finally {
    await server.close();
  }
}

export const CASES: readonly ContractCase[] = [
  {
    name: 'imports a file and runs every row once; the counts add up',
    check: (host) =>
      withServer({ script: ({ prompt }) => (prompt === 'question 3' ? { status: 400, body: errorBody('Not this one.') } : null) }, async (server) => {
        const summary = summaryOf(await host.run(request(server)));
        expect(summary).toMatchObject({ status: 'completed', stopReason: null, batch: 'tasks', model: 'test-model', simulated: false, total: 6, completed: 5, failed: 1, cancelled: 0, queued: 0, attempts: 6, retries: 0, costUsd: null, failuresByClass: { bad_request: 1 } });
        expect(server.requests.map(({ prompt }) => prompt).toSorted()).toEqual(questions(6));
        const { slotMs, ...parts } = summary.account;
        expect(Math.abs(Object.values(parts).reduce((sum, ms) => sum + ms, 0) / slotMs - 1)).toBeLessThan(0.001);
      }),
  },
  {
    name: 'keeps exactly as many requests in flight as asked, as the server saw it',
    check: (host) =>
      withServer({ latencyMs: 60 }, async (server) => {
        const summary = summaryOf(await host.run(request(server, { content: rowsCsv(12), concurrency: 3 })));
        expect({ seen: server.peakInFlight, told: summary.peakInFlight, requests: server.requests.length }).toEqual({ seen: 3, told: 3, requests: 12 });
      }),
  },
  {
    name: 'refuses a template that names an unknown column, by its name, before any request',
    check: (host) =>
      withServer({}, async (server) => {
        const error = refusalOf(await host.run(request(server, { template: 'Say {{promt}}' })));
        expect(error.code).toBe('template_variable_missing');
        expect(error.message).toMatch(/`promt`.*`id`, `prompt`/s);
        expect(server.requests).toEqual([]);
      }),
  },
  {
    name: 'refuses a file with a bad row, naming its line, before any request',
    check: (host) =>
      withServer({}, async (server) => {
        const error = refusalOf(await host.run(request(server, { content: 'id,prompt\nt1,one\nt2\nt3,three\n' })));
        expect(error.code).toBe('row_invalid');
        expect(error.message).toMatch(/tasks\.csv,? line 3: /);
        expect(server.requests).toEqual([]);
      }),
  },
  {
    name: 'stops the batch at a rejected key after a few requests, keeping the rest of the queue',
    check: (host) =>
      withServer({ script: () => ({ status: 401, body: errorBody('Incorrect API key provided.', 'invalid_api_key') }) }, async (server) => {
        const summary = summaryOf(await host.run(request(server, { content: rowsCsv(40), key: 'wrong' })));
        expect(summary).toMatchObject({ status: 'paused', stopReason: 'auth', completed: 0, failed: 0, cancelled: 0, queued: 40 });
        expect(server.requests.length).toBeLessThanOrEqual(4);
        expect(new Set(server.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer wrong']));
      }),
  },
  {
    name: 'tries again what fails in passing, and counts it',
    check: (host) =>
      withServer({ script: ({ prompt, attempt }) => (prompt === 'question 2' && attempt === 1 ? { status: 503, headers: { 'retry-after-ms': '20' }, body: errorBody('Busy.') } : null) }, async (server) => {
        const summary = summaryOf(await host.run(request(server)));
        expect(summary).toMatchObject({ status: 'completed', total: 6, completed: 6, failed: 0, attempts: 7, retries: 1, failuresByClass: {} });
        expect(server.requests).toHaveLength(7);
      }),
  },
  {
    name: 'exports CSV with the columns of the contract, in input order',
    check: (host) =>
      withServer({ latencyMs: ({ prompt }) => (prompt === 'question 1' ? 150 : 5) }, async (server) => {
        const { runId } = summaryOf(await host.run(request(server, { concurrency: 3 })));
        const [header, ...rows] = (await host.exportCsv(runId)).trimEnd().split(/\r?\n/);
        expect(header).toBe('custom_id,status,output,error_class,error,attempts,started_at,queue_ms,ttft_ms,service_ms,input_tokens,output_tokens,cost_usd,model,finish_reason,var.id,var.prompt');
        expect(rows.map((row) => row.split(',').slice(0, 6))).toEqual(Array.from({ length: 6 }, (_, index) => [`t${index + 1}`, 'completed', `answer to: question ${index + 1}`, '', '', '1']));
      }),
  },
  {
    name: 'pauses after what is in flight, and resumes with what is left: no task is sent twice',
    check: (host) =>
      withServer({ latencyMs: 150 }, async (server) => {
        const sending = (async () => {
          while (server.requests.length < 2) await delay(10);
        })();
        const paused = summaryOf(await host.run(request(server, { content: rowsCsv(14), pauseWhen: sending })));
        expect(paused).toMatchObject({ status: 'paused', stopReason: 'user', total: 14, failed: 0, cancelled: 0 });
        expect(paused.completed).toBe(server.requests.length);
        expect(paused.queued).toBe(14 - paused.completed);
        expect(paused.queued).toBeGreaterThan(0);
        const resumed = summaryOf(await host.resume(paused.runId));
        expect(resumed).toMatchObject({ runId: paused.runId, status: 'completed', stopReason: null, completed: 14, queued: 0, attempts: 14 });
        expect(server.requests.map(({ prompt }) => prompt).toSorted()).toEqual(questions(14));
      }),
  },
  {
    name: 'runs on the simulated provider without a key, and labels the result',
    async check(host) {
      const summary = summaryOf(await host.run({ fileName: 'tasks.csv', content: rowsCsv(2), template: '{{prompt}}', baseUrl: null, key: null, concurrency: 2 }));
      expect(summary).toMatchObject({ status: 'completed', simulated: true, completed: 2, costUsd: null });
    },
  },
  {
    name: 'groups what failed, sends it again as it is or changed, and sends nothing that is done',
    async check(host) {
      let mended = false;
      await withServer({ script: misbehaving(() => mended) }, async (server) => {
        const { runId } = summaryOf(await host.run(request(server)));
        expect(await host.failures(runId)).toEqual([
          { class: 'bad_request', code: 'bad_thing', message: 'No: “…”.', count: 2 },
          { class: 'context_length', code: 'context_length_exceeded', message: 'Your messages resulted in # tokens.', count: 1 },
        ]);
        mended = true;
        const again = summaryOf(await host.retry({ runId, failureClass: 'bad_request' }));
        expect(again).toMatchObject({ runId, status: 'completed', completed: 5, failed: 1, attempts: 8, retries: 2, flagged: { edited: 0 } });
        const edited = summaryOf(await host.retry({ runId, failureClass: 'context_length', model: 'long-model' }));
        expect(edited).toMatchObject({ runId, status: 'completed', completed: 6, failed: 0, attempts: 9, flagged: { edited: 1 }, failuresByClass: {} });
        expect(await host.failures(runId)).toEqual([]);
        expect(server.requests.map(({ prompt }) => prompt).toSorted()).toEqual([...questions(6), 'question 2', 'question 3', 'question 5'].toSorted());
        expect(server.requests.at(-1)?.body.model).toBe('long-model');
      });
    },
  },
  {
    name: 'gives failures up when told to: they count as cancelled and nothing is sent',
    check: (host) =>
      withServer({ script: misbehaving(() => false) }, async (server) => {
        const { runId } = summaryOf(await host.run(request(server)));
        expect(await host.skip({ runId, failureClass: 'context_length' })).toBe(1);
        expect(summaryOf(await host.summary(runId))).toMatchObject({ status: 'completed', completed: 3, failed: 2, cancelled: 1, queued: 0, failuresByClass: { bad_request: 2 } });
        expect(await host.skip({ runId, failureClass: null })).toBe(2);
        expect(summaryOf(await host.summary(runId))).toMatchObject({ completed: 3, failed: 0, cancelled: 3, queued: 0, failuresByClass: {} });
        expect(await host.failures(runId)).toEqual([]);
        expect(server.requests).toHaveLength(6);
      }),
  },
  {
    name: 'puts the failures of a stopped run back and goes on with all that is left',
    async check(host) {
      let mended = false;
      const script: NonNullable<OpenAiServerOptions['script']> = (received) => (!mended && received.prompt === 'question 6' ? { status: 402, body: errorBody('Pay first.', 'insufficient_quota') } : misbehaving(() => mended)(received));
      await withServer({ script }, async (server) => {
        const stopped = summaryOf(await host.run(request(server, { content: rowsCsv(8), concurrency: 1 })));
        expect(stopped).toMatchObject({ status: 'paused', stopReason: 'quota', completed: 2, failed: 3, queued: 3 });
        mended = true;
        const again = summaryOf(await host.retry({ runId: stopped.runId, failureClass: 'bad_request' }));
        expect(again).toMatchObject({ status: 'completed', stopReason: null, completed: 7, failed: 1, queued: 0 });
        expect(server.requests.map(({ prompt }) => prompt).toSorted()).toEqual([...questions(8), 'question 2', 'question 5', 'question 6'].toSorted());
      });
    },
  },
  {
    name: 'says that a run is unknown',
    async check(host) {
      expect(refusalOf(await host.summary('r4711')).code).toBe('run_not_found');
    },
  },
];
