import os from 'node:os';

import { hideSqliteWarning } from '../../electron/start/warnings.ts';
import { describeMachine } from '../bench/machine.ts';
import { keepSection, measuredNow } from '../bench/report/kept-document.ts';
import { HELP, parseArguments } from './arguments.ts';
import { runCampaign } from './campaign.ts';
import { FAULTS, type Fault } from './edits/faults.ts';
import { closingLine, coverageText, restartText, sectionOf } from './report.ts';
import { measureRestart } from './restart.ts';

// `npm run crash`: see README.md beside this file.
const BATCH_SIZE = 1500;
/** A batch big enough for every aim of the faults. */
const FAULT_BATCH_SIZE = 150;
const FAULT_KILLS = 6;
const RESTART_TASKS = 100_000;
/** From here on the figures go into docs/BENCHMARKS.md. */
const QUOTABLE_KILLS = 200;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function isCaught(fault: Fault, seed: number): Promise<boolean> {
  const { caught, kills, violations } = await runCampaign({ kills: FAULT_KILLS, seed, batchSize: FAULT_BATCH_SIZE, fault });
  say(`  ${fault.name.padEnd(18)} ${caught ? `caught after ${kills} kill${kills === 1 ? '' : 's'}: ${violations.find(({ rule }) => rule === fault.breaks)?.text}` : `NOT CAUGHT within ${kills} kills`}`);
  return caught;
}

async function main(): Promise<number> {
  const { kills, seed, faults, help } = parseArguments(process.argv.slice(2), Date.now() % 1_000_000);
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  say(`Seed ${seed}`);
  const campaign = kills === 0 ? null : await runCampaign({ kills, seed, batchSize: BATCH_SIZE, say });
  if (campaign) {
    say(coverageText(campaign));
  }
  const restart = campaign ? await measureRestart(RESTART_TASKS) : null;
  if (restart) say(restartText(restart));
  say('Seeded faults');
  let caught = 0;
  for (const fault of faults) if (await isCaught(fault, seed)) caught += 1;
  const closing = closingLine(campaign, { caught, tried: faults.length });
  if (campaign && restart && kills >= QUOTABLE_KILLS && faults.length === FAULTS.length) {
    const machine = await describeMachine(os.tmpdir());
    await keepSection('crash', sectionOf(campaign, restart, closing, { command: `npm run crash${kills > QUOTABLE_KILLS ? ' -- --long' : ''}`, measuredAt: measuredNow(), machine }));
    say('Written to docs/BENCHMARKS.md.');
  }
  say(closing);
  return (campaign === null || (campaign.violations.length === 0 && campaign.kills >= kills)) && caught === faults.length ? 0 : 1;
}

hideSqliteWarning();
try {
  process.exitCode = await main();
} catch (thrown) {
  say(thrown instanceof Error ? thrown.message : String(thrown));
  process.exitCode = 2;
}
