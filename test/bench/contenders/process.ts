import { monitorEventLoopDelay } from 'node:perf_hooks';
import { takeCount } from '../mock/protocol.ts';
import type { ContenderName, ContenderPlan, ContenderRun, PrepareContender } from './contender.ts';

// One contender in a process of its own: nothing of the others is loaded, and CPU time and memory are its own.
const PREPARE: Readonly<Record<ContenderName, () => Promise<PrepareContender>>> = {
  tasklane: async () => (await import('./tasklane.ts')).prepareTasklane,
  'undici-pool': async () => (await import('./undici-pool.ts')).prepareUndiciPool,
  'openai-p-queue': async () => (await import('./openai-p-queue.ts')).prepareOpenAiPQueue,
  'journal-on': async () => (await import('./engine.ts')).prepareWithJournal,
  'journal-in-memory': async () => (await import('./engine.ts')).prepareWithJournal,
  'journal-off': async () => (await import('./engine.ts')).prepareWithoutJournal,
  'tasklane-stream': async () => (await import('./tasklane-stream.ts')).prepareTasklaneStream,
  'openai-stream': async () => (await import('./openai-stream.ts')).prepareOpenAiStream,
  'undici-stream': async () => (await import('./undici-stream.ts')).prepareUndiciStream,
};

async function measure(plan: ContenderPlan, send: () => Promise<number>): Promise<ContenderRun> {
  await takeCount(plan.baseUrl);
  const loop = plan.watchesLoop === true ? monitorEventLoopDelay({ resolution: 1 }) : null;
  loop?.enable();
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  const answers = await send();
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  loop?.disable();
  const server = await takeCount(plan.baseUrl);
  if (answers !== plan.count || server.answered !== plan.count || server.peakInFlight > plan.concurrency) {
    throw new Error(`Expected ${plan.count} answers, at most ${plan.concurrency} in flight; ${plan.contender} had ${answers} answers, the server sent ${server.answered} at ${server.peakInFlight}.`);
  }
  return { wallMs, cpuMs: (user + system) / 1000, loopDelayP99Ms: loop === null ? null : loop.percentile(99) / 1e6, server };
}

process.once('disconnect', () => process.exit(1));
const plan = JSON.parse(process.argv[2] ?? '') as ContenderPlan;
const prepare = await PREPARE[plan.contender]();
const prepared = await prepare(plan);
const runs: ContenderRun[] = [];
for (let run = 0; run < plan.runs; run += 1) runs.push(await measure(plan, () => prepared.run()));
const peakRssMb = process.resourceUsage().maxRSS / 1024;
await prepared.close();
process.send?.({ runs, peakRssMb }, () => process.exit());
