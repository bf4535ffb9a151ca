import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Bench, BenchOptions, BenchReport } from '../bench.ts';
import type { ContenderName } from '../contenders/contender.ts';
import { runContender } from '../contenders/run-contender.ts';
import { delayedBaseUrl } from '../mock/protocol.ts';
import { startMock } from '../mock/start-mock.ts';
import { quote } from '../report/quote.ts';
import { interleave, roundsFor } from '../rounds.ts';
import { median, ratios } from '../statistics.ts';
import { writeTaskFile } from '../workload.ts';

const CONTENDERS = { 'journal-on': 'journal on disk', 'journal-in-memory': 'journal in memory (tmpfs)', 'journal-off': 'no journal' } as const satisfies Partial<Record<ContenderName, string>>;
type Name = keyof typeof CONTENDERS;
const MEMORY_DIR = '/dev/shm';
const TARGET = 0.85;

async function run({ quick, workDir, say }: BenchOptions): Promise<BenchReport> {
  const [count, concurrency] = quick ? [1000, 50] : [5000, 50];
  const hasMemory = existsSync(MEMORY_DIR);
  const names: readonly Name[] = hasMemory ? ['journal-on', 'journal-in-memory', 'journal-off'] : ['journal-on', 'journal-off'];
  const memoryDir = hasMemory ? await mkdtemp(`${MEMORY_DIR}/tasklane-bench-`) : workDir;
  const mock = await startMock();
  try {
    const taskFile = await writeTaskFile(workDir, count);
    const rates = await interleave(names, roundsFor(quick), async (contender, round) => {
      const { runs } = await runContender({ contender, baseUrl: delayedBaseUrl(mock.origin, 0), count, concurrency, runs: 2, taskFile, workDir: contender === 'journal-in-memory' ? memoryDir : workDir });
      const rate = (count / (runs.at(-1)?.wallMs ?? Number.NaN)) * 1000;
      say(`round ${round + 1}: ${CONTENDERS[contender]} ${Math.round(rate)} tasks/s`);
      return rate;
    });
    const onOff = ratios(rates['journal-on'], rates['journal-off']);
    const durability = hasMemory ? `Waiting for the disk alone: on disk / in memory ${quote(ratios(rates['journal-on'], rates['journal-in-memory']), 3)}.` : 'This machine has no file system in memory, so the waiting for the disk could not be told from the writing.';
    return {
      rows: names.map((name) => ({ name: CONTENDERS[name], figures: [{ title: 'tasks/s', samples: rates[name], digits: 0 }] })),
      verdicts: [{ isMet: median(onOff) >= TARGET, figure: `on / off ${quote(onOff, 3)}`, target: `at least ${TARGET}` }],
      notes: [`${count.toLocaleString('en')} tasks of 0 ms at concurrency ${concurrency}, the second batch of each process. All three are the same engine, executor and store without a host. "No journal" is the engine on a store whose journal keeps nothing and lets nobody wait, so the ratio holds everything that the record costs: rows, commits and fsync. ${durability}`],
    };
  } finally {
    mock.stop();
    if (hasMemory) await rm(memoryDir, { recursive: true, force: true });
  }
}

export const journal: Bench = {
  name: 'journal',
  question: 'What does it cost to write down every attempt before it is sent and every result before it is shown?',
  target: `tasks/s with the journal / without at least ${TARGET}`,
  run,
};
