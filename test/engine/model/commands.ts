import * as fc from 'fast-check';
import { expect } from 'vitest';

import { TasklaneError } from '../../../shared/errors.ts';
import { TASK_FLAGS, type FailureClass, type TaskEdit } from '../../../shared/vocabulary.ts';
import { isOn, leaveInFlight, settleAndCheck, tasksOf, type Model, type TaskModel } from './model.ts';
import type { World } from './world.ts';

type Command = fc.AsyncCommand<Model, World>;

/** A command from its name for people and what it does; each is tried in every state. */
function command(name: string, act: (model: Model, world: World) => Promise<void> | void, check: (model: Readonly<Model>) => boolean = () => true): Command {
  return {
    check,
    async run(model, world) {
      await act(model, world);
      await settleAndCheck(model, world);
    },
    toString: () => name,
  };
}

/** Whether the engine took it; a refusal must be the one for a run in the wrong state. */
async function taken(action: () => unknown): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    if (error instanceof TasklaneError && error.code === 'run_state') return false;
    throw error;
  }
}

const nameOf = (indices: readonly number[] | null): string => indices?.join(' ') ?? 'all';

const goOn = (model: Model): void => {
  model.run = 'running';
  model.mayStop = false;
};
const named = (model: Model, indices: readonly number[] | null): readonly TaskModel[] => (indices ? [...new Set(indices)].flatMap((index) => (index < model.total ? [model.tasks[index]!] : [])) : tasksOf(model));
const giveUp = (task: TaskModel): void => {
  if (task.status === 'queued') task.status = 'cancelled';
  if (task.status === 'running') leaveInFlight(task, 'cancelled');
};
/** The program ended without the answer. */
const interrupt = (task: TaskModel, resend: Model['resend']): void => {
  const isParked = resend === 'ask' || task.interruptions > 0;
  leaveInFlight(task, isParked ? 'failed' : 'queued');
  // What waits for a person was sent once so far.
  if (!isParked) task.flags |= TASK_FLAGS.maybeBilledTwice;
  task.interruptions += 1;
};

export const start = (): Command =>
  command('start', async (model, { engine, runId }) => {
    const expected = model.run !== 'running' && model.run !== 'completed' && model.run !== 'cancelled';
    expect(await taken(() => engine().start(runId))).toBe(expected);
    if (expected) goOn(model);
  });

const extend = (by: number): Command =>
  command(`extend by ${by}`, async (model, { engine, runId }) => {
    const total = Math.min(model.batchSize, model.total + by);
    const expected = !isOn(model) && model.run !== 'cancelled' && (model.run !== 'completed' || total > model.total);
    expect(await taken(() => engine().start(runId, { total }))).toBe(expected);
    if (!expected) return;
    goOn(model);
    model.total = total;
  });

const pause = (): Command =>
  command('pause', async (model, { engine, runId }) => {
    expect(await taken(() => engine().pause(runId))).toBe(isOn(model));
    if (model.run === 'running') model.run = 'pausing';
  });

const cancel = (): Command =>
  command('cancel', async (model, { engine, runId }) => {
    const expected = model.run !== 'completed' && model.run !== 'cancelled';
    expect(await taken(() => engine().cancel(runId))).toBe(expected);
    if (!expected) return;
    model.run = 'cancelled';
    for (const task of tasksOf(model)) giveUp(task);
  });

const retry = (indices: readonly number[] | null, edit: Partial<TaskEdit> | null): Command =>
  command(`retry ${nameOf(indices)}${edit ? ` with ${JSON.stringify(edit)}` : ''}`, async (model, { engine, runId }) => {
    const again = named(model, indices).filter(({ status }) => status === 'failed' || (indices && status === 'cancelled'));
    const whole: TaskEdit | null = edit && { prompt: null, template: null, system: null, model: null, maxTokens: null, temperature: null, timeoutMs: null, ...edit };
    expect(await engine().retry(runId, indices, { edit: whole })).toBe(again.length);
    for (const task of again) Object.assign(task, { status: 'queued', interruptions: 0, prompt: edit?.prompt ?? task.prompt, temperature: edit?.temperature ?? task.temperature } satisfies Partial<TaskModel>);
    if (again.length > 0 && (model.run === 'completed' || model.run === 'cancelled')) goOn(model);
  }, ({ run }) => run !== 'ready');

const skip = (indices: readonly number[] | null): Command =>
  command(`skip ${nameOf(indices)}`, (model, { engine, runId }) => {
    const given = named(model, indices).filter(({ status }) => status === 'failed');
    expect(engine().skip(runId, indices)).toBe(given.length);
    for (const task of given) task.status = 'cancelled';
  });

const cancelTasks = (indices: readonly number[]): Command =>
  command(`cancel tasks ${nameOf(indices)}`, (model, { engine, runId }) => {
    engine().cancelTasks(runId, indices);
    for (const task of named(model, indices)) giveUp(task);
  });

const setConcurrency = (limit: number): Command =>
  command(`concurrency ${limit}`, (model, { engine, runId }) => {
    engine().setConcurrency(runId, limit);
    model.limit = limit;
  });

/** Answers the request at this place among those in flight. */
const answer = (place: number): Command =>
  command(`answer request ${place}`, (model, world) => {
    answerOne(model, world, place);
  }, (model) => tasksOf(model).some(({ status }) => status === 'running'));

function answerOne(model: Model, world: World, place: number): TaskModel {
  const waiting = world.waiting();
  const sent = waiting[place % waiting.length]!;
  const task = model.tasks[sent.index]!;
  task.status = 'completed';
  task.answer = `answer ${task.attempts} to ${sent.request.prompt}`;
  sent.answer(task.answer);
  return task;
}

export interface ScriptedFailure {
  readonly class: FailureClass;
  readonly httpStatus: number | null;
  readonly retryAfterMs: number | null;
  readonly maybeBilled: boolean;
}

const fail = (place: number, failure: ScriptedFailure): Command =>
  command(`fail request ${place} with ${failure.class} ${failure.httpStatus ?? ''}${failure.retryAfterMs === null ? '' : `, retry after ${failure.retryAfterMs} ms`}`, (model, world) => {
    const waiting = world.waiting();
    const sent = waiting[place % waiting.length]!;
    sent.fail(failure.class, failure);
    const task = model.tasks[sent.index]!;
    task.status = 'unsettled';
    task.isDoubtful ||= failure.maybeBilled;
    model.mayStop = true;
    const stops = failure.class === 'auth' || failure.class === 'quota' || failure.class === 'tls' || failure.httpStatus === 404;
    if (stops) model.run = 'pausing';
  }, (model) => tasksOf(model).some(({ status }) => status === 'running'));

const passTime = (ms: number): Command => command(`let ${ms} ms pass`, (_model, world) => world.passTime(ms));
const standStill = (ms: number): Command => command(`stand still for ${ms} ms`, (_model, world) => world.standStill(ms));

/** A kill; `answered` requests were answered just before, whose ends may or may not have come to disk. */
const crash = (resend: Model['resend'], answered: number): Command =>
  command(`crash, resend ${resend}, ${answered} answers just before`, async (model, world) => {
    world.store().appSettings.save({ resendInterrupted: resend });
    const wereOn = isOn(model);
    const late = Array.from({ length: Math.min(answered, world.waiting().length) }, () => answerOne(model, world, 0));
    await world.crash();
    if (!wereOn) return;
    const rows = world.rows();
    model.tasks.forEach((task, index) => {
      // Whether the answer was in time, only the disk knows; a half of it there is not.
      if (late.includes(task) && rows[index]?.status !== 'completed') task.status = 'running';
      if (task.status !== 'running') return;
      interrupt(task, resend);
    });
    model.run = 'paused';
  });

const quit = (how: 'drain' | 'abort'): Command =>
  command(`quit (${how}) and open again`, async (model, world) => {
    const wereOn = isOn(model);
    const { resendInterrupted: resend } = world.store().appSettings.get();
    const restarted = world.restart(how);
    if (how === 'drain') while (world.waiting().length > 0) answerOne(model, world, 0);
    await restarted;
    if (!wereOn) return;
    for (const task of tasksOf(model)) {
      if (task.status !== 'running') continue;
      interrupt(task, resend);
    }
    model.run = 'paused';
  });

const FAILURES: readonly ScriptedFailure[] = [
  { class: 'server', httpStatus: 500, retryAfterMs: null, maybeBilled: true },
  { class: 'server', httpStatus: 503, retryAfterMs: 2000, maybeBilled: true },
  { class: 'server', httpStatus: 409, retryAfterMs: null, maybeBilled: true },
  { class: 'network', httpStatus: null, retryAfterMs: null, maybeBilled: false },
  { class: 'network', httpStatus: null, retryAfterMs: null, maybeBilled: true },
  { class: 'timeout', httpStatus: null, retryAfterMs: null, maybeBilled: true },
  { class: 'invalid_response', httpStatus: 200, retryAfterMs: null, maybeBilled: true },
  { class: 'stream_cut', httpStatus: 200, retryAfterMs: null, maybeBilled: true },
  { class: 'schema', httpStatus: 200, retryAfterMs: null, maybeBilled: true },
  { class: 'rate_limit', httpStatus: 429, retryAfterMs: null, maybeBilled: false },
  { class: 'rate_limit', httpStatus: 429, retryAfterMs: 3000, maybeBilled: false },
  { class: 'rate_limit', httpStatus: 429, retryAfterMs: 1_200_000, maybeBilled: false },
  { class: 'bad_request', httpStatus: 400, retryAfterMs: null, maybeBilled: false },
  { class: 'bad_request', httpStatus: 404, retryAfterMs: null, maybeBilled: false },
  { class: 'context_length', httpStatus: 400, retryAfterMs: null, maybeBilled: false },
  { class: 'redirect', httpStatus: 302, retryAfterMs: null, maybeBilled: false },
  { class: 'auth', httpStatus: 401, retryAfterMs: null, maybeBilled: false },
  { class: 'quota', httpStatus: 429, retryAfterMs: null, maybeBilled: false },
  { class: 'tls', httpStatus: null, retryAfterMs: null, maybeBilled: false },
];

/** Lists of commands for a batch of this size, with what happens most in real life most often. */
export function anyCommands(batchSize: number, maxCommands: number): fc.Arbitrary<Iterable<Command>> {
  const place = fc.nat({ max: 7 });
  const indices = fc.array(fc.nat({ max: batchSize }), { minLength: 1, maxLength: 4 });
  const resend = fc.constantFrom<Model['resend']>('once', 'ask');
  const failing = fc.tuple(place, fc.constantFrom(...FAILURES)).map(([at, failure]) => fail(at, failure));
  const answering = place.map(answer);
  const time = fc.constantFrom(200, 1000, 5000, 70_000, 1_000_000).map(passTime);
  const edit = fc.record({ temperature: fc.constantFrom(0.5, 1) });
  const often = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
  return fc.commands(
    [
      ...often(8, answering),
      ...often(8, failing),
      ...often(4, time),
      ...often(4, fc.constant(null).map(start)),
      ...often(2, fc.constant(null).map(pause)),
      fc.constant(null).map(cancel),
      ...often(2, fc.integer({ min: 1, max: 3 }).map(extend)),
      ...often(2, fc.integer({ min: 1, max: 6 }).map(setConcurrency)),
      ...often(2, fc.tuple(fc.option(indices), fc.option(edit)).map(([some, change]) => retry(some, change))),
      fc.nat({ max: batchSize - 1 }).map((index) => retry([index], { prompt: `by hand ${index}` })),
      fc.option(indices).map(skip),
      ...often(2, indices.map(cancelTasks)),
      fc.constantFrom(20_000, 3_600_000).map(standStill),
      ...often(3, fc.tuple(resend, fc.nat({ max: 2 })).map(([how, answered]) => crash(how, answered))),
      fc.constantFrom<'drain' | 'abort'>('drain', 'abort').map(quit),
    ],
    { maxCommands, size: 'max' },
  );
}
