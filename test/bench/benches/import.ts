import { rm } from 'node:fs/promises';
import type { Bench, BenchOptions, BenchReport } from '../bench.ts';
import { IMPORT_NAMES, type ImportName, type ImportResult } from '../contenders/import-plan.ts';
import { runImport } from '../contenders/run-import.ts';
import { quote } from '../report/quote.ts';
import { interleave, roundsFor } from '../rounds.ts';
import { median } from '../statistics.ts';
import { writeLargeTaskFile, type TaskFile } from '../workload.ts';

const ROWS = { import: 'Tasklane, batch.create', copy: 'copy of the file, synced' } as const satisfies Record<ImportName, string>;
const RATE_TARGET = 40;
const MEMORY_TARGET_MB = 300;
const MB = 1e6;
const MATERIAL_BYTES = 800;

/** MB of the file a second. */
function rateOf({ sizeBytes }: TaskFile, { wallMs }: ImportResult): number {
  return sizeBytes / MB / (wallMs / 1000);
}

async function run({ quick, workDir, say }: BenchOptions): Promise<BenchReport> {
  const file = await writeLargeTaskFile(workDir, (quick ? 50 : 1000) * MB, MATERIAL_BYTES);
  try {
    const results = await interleave(IMPORT_NAMES, roundsFor(quick), async (contender, round) => {
      const result = await runImport({ contender, file: file.path, workDir });
      if (result.taskCount !== null && result.taskCount !== file.taskCount) throw new Error(`Expected ${file.taskCount} tasks, got ${result.taskCount}.`);
      say(`round ${round + 1}: ${ROWS[contender]} ${rateOf(file, result).toFixed(1)} MB/s, ${Math.round(result.peakRssMb)} MB of memory`);
      return result;
    });
    const rates = results.import.map((result) => rateOf(file, result));
    const memory = results.import.map(({ peakRssMb }) => peakRssMb);
    return {
      rows: IMPORT_NAMES.map((name) => ({
        name: ROWS[name],
        figures: [
          { title: 'MB/s', samples: results[name].map((result) => rateOf(file, result)), digits: 1 },
          { title: 'CPU seconds per 100 MB', samples: results[name].map(({ cpuMs }) => cpuMs / 1000 / (file.sizeBytes / MB / 100)), digits: 2 },
          { title: 'peak memory, MB', samples: results[name].map(({ peakRssMb }) => peakRssMb), digits: 0 },
        ],
      })),
      verdicts: [
        { isMet: median(memory) < MEMORY_TARGET_MB, figure: `peak memory ${quote(memory, 0)} MB`, target: `below ${MEMORY_TARGET_MB} MB` },
        { isMet: median(rates) >= RATE_TARGET, figure: `${quote(rates, 1)} MB/s`, target: `at least ${RATE_TARGET} MB/s` },
      ],
      notes: [
        `A CSV of ${Math.round(file.sizeBytes / MB)} MB: ${file.taskCount.toLocaleString('en')} tasks of about ${Math.round(file.sizeBytes / file.taskCount)} bytes, their prompts quoted, with commas, doubled quotes and line ends in them. A fresh process and data folder each; the time goes from \`batch.create\` until the store is closed, with every task on disk. Peak memory is that of the process from its start.${quick ? ' A quick look at a twentieth of the file, which says little of the whole.' : ''}`,
        'The copy is what the disk takes for the same bytes, read and written once; the import reads them, checks them and writes them twice, into the write-ahead log and from there into the store.',
      ],
    };
  } finally {
    await rm(file.path, { force: true });
  }
}

export const importing: Bench = {
  name: 'import',
  question: 'How fast does a large file come in, and in how much memory?',
  target: `peak memory below ${MEMORY_TARGET_MB} MB, at least ${RATE_TARGET} MB/s`,
  run,
};
