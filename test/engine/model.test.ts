import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { anyCommands, start } from './model/commands.ts';
import { createModel, settleAndCheck, tasksOf, type Model } from './model/model.ts';
import { createWorld, type World } from './model/world.ts';

/** `TASKLANE_MODEL_RUNS` for more of them, `TASKLANE_MODEL_SEED` for others. */
const RUNS = Number(process.env['TASKLANE_MODEL_RUNS'] ?? 100);
const SEED = Number(process.env['TASKLANE_MODEL_SEED'] ?? 20_261_123);
const BATCH_SIZE = 9;
const MAX_COMMANDS = 40;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** However the run was left: resumed as often as it takes and answered with nothing but good answers, it ends. */
async function bringToEnd(model: Model, world: World): Promise<void> {
  for (let round = 0; model.run !== 'completed' && model.run !== 'cancelled'; round += 1) {
    if (round > 100) throw new Error(`Expected the run to end, but after ${round} rounds of good answers it is ${JSON.stringify(world.header())}.`);
    if (model.run !== 'running') await start().run(model, world);
    for (const sent of world.waiting()) {
      const task = model.tasks[sent.index]!;
      task.answer = 'the last answer';
      task.status = 'completed';
      sent.answer(task.answer);
    }
    await settleAndCheck(model, world);
    await world.passTime(30_000);
    await settleAndCheck(model, world);
  }
  expect(tasksOf(model).filter(({ status }) => status === 'queued' || status === 'running')).toEqual([]);
}

test(
  'whatever is done to a run in whatever order, crashes included, nothing is lost, sent twice, sent unrecorded or miscounted, and it comes to its end',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: BATCH_SIZE }), fc.integer({ min: 1, max: 4 }), fc.nat({ max: 9 }).map((chance) => chance > 0), anyCommands(BATCH_SIZE, MAX_COMMANDS), async (total, concurrency, begins, commands) => {
        const world = await createWorld(BATCH_SIZE, total, concurrency);
        try {
          const model = createModel(BATCH_SIZE, total, concurrency);
          if (begins) await start().run(model, world);
          await fc.asyncModelRun(() => ({ model, real: world }), commands);
          await bringToEnd(model, world);
        } finally {
          await world.close();
        }
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: false },
    );
  },
  20_000 + RUNS * 10_000,
);
