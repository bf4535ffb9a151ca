// One part of the test of many tasks, in a process whose memory the test limits: <run | hold> <data folder> <run>.
// `run` runs them all and says what came of it; `hold` keeps all their texts in memory, as an engine must not.
import type { EngineListener } from '../../electron/engine/listener.ts';
import { createEngine } from '../../electron/engine/engine.ts';
import { openStore, type Store } from '../../electron/store/open.ts';
import type { ResultRecord } from '../../electron/store/results.ts';
import { answerOf } from './model/scripted-executor.ts';

export interface ManyTasksReport {
  /** Tasks that were sent any other number of times than once. */
  readonly notSentOnce: number;
  readonly peakInFlight: number;
  /** Answers that a result file would hold, read page by page. */
  readonly answers: number;
  readonly maxRssMb: number;
}

const ANSWER_LENGTH = 500;

const NOBODY: EngineListener = {
  runChanged: () => undefined,
  taskChanged: () => undefined,
  attemptChanged: () => undefined,
  tasksReplaced: () => undefined,
  answerExtended: () => undefined,
  gapRecognised: () => undefined,
};

async function run(dataDir: string, runId: string): Promise<ManyTasksReport> {
  const store = openStore({ dataDir, holder: 'test' });
  const sends = new Uint8Array(store.runs.get(runId).total);
  let inFlight = 0;
  let peakInFlight = 0;
  const engine = createEngine({
    store,
    listener: NOBODY,
    executorFor: () =>
      Promise.resolve({
        async send({ prompt, model }) {
          const index = Number(prompt.slice(0, prompt.indexOf(' ')));
          sends[index] = sends[index]! + 1;
          inFlight += 1;
          peakInFlight = Math.max(peakInFlight, inFlight);
          await new Promise((resolve) => setImmediate(resolve));
          inFlight -= 1;
          return answerOf(`${index} `.padEnd(ANSWER_LENGTH, 'answer '), model);
        },
        close: () => Promise.resolve(),
      }),
  });
  await engine.start(runId);
  await engine.idle(runId);
  let answers = 0;
  for (const { output } of recordsOf(store, runId)) answers += output?.length === ANSWER_LENGTH ? 1 : 0;
  store.close();
  return { notSentOnce: sends.filter((count) => count !== 1).length, peakInFlight, answers, maxRssMb: process.resourceUsage().maxRSS / 1024 };
}

function hold(dataDir: string, runId: string): number {
  const store = openStore({ dataDir, holder: 'test' });
  const texts = [...recordsOf(store, runId)];
  store.close();
  return texts.length;
}

function* recordsOf(store: Store, runId: string): Generator<ResultRecord> {
  const header = store.runs.get(runId);
  for (let page = store.results.page(header, -1, 1000); page.length > 0; page = store.results.page(header, page.at(-1)!.index, 1000)) yield* page;
}

const [part, dataDir = '', runId = ''] = process.argv.slice(2);
if (part === 'run') process.send?.(await run(dataDir, runId));
if (part === 'hold') process.send?.(hold(dataDir, runId));
