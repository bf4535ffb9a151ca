import { expect } from 'vitest';

import { TASK_FLAGS, type AppSettings, type TaskStatus } from '../../../shared/vocabulary.ts';
import type { World } from './world.ts';

/** `unsettled`: failed just now; the policy for failures decides whether it is queued again. */
export interface TaskModel {
  status: TaskStatus | 'unsettled';
  attempts: number;
  /** Crashes that it was in flight at, since it was queued by hand. */
  interruptions: number;
  /** The latest answer. */
  answer: string | null;
  prompt: string;
  temperature: number;
  /** An attempt ended without an answer though it may have been billed. */
  isDoubtful: boolean;
  /** Bits of TASK_FLAGS. */
  flags: number;
}

/** What becomes of a task that was in flight when it was cancelled or the program ended: the provider may have billed it. */
export function leaveInFlight(task: TaskModel, status: TaskModel['status']): void {
  task.status = status;
  task.isDoubtful = true;
}

/** What a person expects of a run, in a few words. Where the engine has a choice (when to send), it has none here. */
export interface Model {
  readonly batchSize: number;
  total: number;
  limit: number;
  run: 'ready' | 'running' | 'pausing' | 'paused' | 'completed' | 'cancelled';
  /** Something failed since the run went on, so that it may have been stopped. */
  mayStop: boolean;
  resend: AppSettings['resendInterrupted'];
  readonly tasks: TaskModel[];
}

export function createModel(batchSize: number, total: number, limit: number): Model {
  return {
    batchSize,
    total,
    limit,
    run: 'ready',
    mayStop: false,
    resend: 'once',
    tasks: Array.from({ length: batchSize }, (_, index) => ({ status: 'queued', attempts: 0, interruptions: 0, answer: null, prompt: `p${index}`, temperature: 0, isDoubtful: false, flags: 0 })),
  };
}

export const isOn = ({ run }: Model): boolean => run === 'running' || run === 'pausing';
export const tasksOf = ({ tasks, total }: Model): readonly TaskModel[] => tasks.slice(0, total);

/** Brings the model up to what happened and checks what must hold at any time. */
export async function settleAndCheck(model: Model, world: World): Promise<void> {
  await world.settle();
  takeSends(model, world);
  adoptChoices(model, world);
  checkDisk(model, world);
  checkHeader(model, world);
}

/** Each request was allowed, was recorded before it went out, and is what the settings say. */
function takeSends(model: Model, world: World): void {
  for (const send of world.takeSends()) {
    const task = model.tasks[send.index];
    if (!task) throw new Error(`Expected a prompt that names a task, got "${send.prompt}".`);
    expect({ sent: send.index, run: model.run, task: task.status }).toEqual({ sent: send.index, run: 'running', task: expect.stringMatching(/^(queued|unsettled)$/) as string });
    expect(send.index).toBeLessThan(model.total);
    expect(send.inFlight).toBeLessThanOrEqual(model.limit);
    expect(send.onDisk).toEqual({ number: task.attempts + 1, outcome: 0 });
    expect({ prompt: send.prompt, temperature: send.temperature }).toEqual({ prompt: task.prompt, temperature: task.temperature });
    task.status = 'running';
    task.attempts += 1;
    const isEdited = task.prompt !== `p${send.index}` || task.temperature !== 0;
    task.flags = (task.isDoubtful ? TASK_FLAGS.maybeBilledTwice : 0) | (isEdited ? TASK_FLAGS.edited : 0);
  }
}

/** Takes over what the engine may decide by itself: to try again or not, and to stop after failures. */
function adoptChoices(model: Model, world: World): void {
  const rows = world.rows();
  model.tasks.forEach((task, index) => {
    if (task.status !== 'unsettled') return;
    const { status } = rows[index]!;
    expect(status).toMatch(/^(queued|failed)$/);
    task.status = status;
  });
  const { status } = world.header();
  if (model.run === 'running' && model.mayStop && (status === 'pausing' || status === 'paused')) model.run = 'pausing';
  const open = tasksOf(model).filter((task) => task.status === 'queued' || task.status === 'running');
  if (model.run === 'running' && open.length === 0) model.run = 'completed';
  if (model.run === 'pausing' && open.every((task) => task.status === 'queued')) model.run = 'paused';
}

function checkDisk(model: Model, world: World): void {
  const rows = world.rows();
  expect(rows.map(({ status }) => status)).toEqual(model.tasks.map(({ status }) => status));
  expect(rows.map(({ attempts }) => attempts)).toEqual(model.tasks.map(({ attempts }) => attempts));
  expect(rows.map(({ flags }) => flags)).toEqual(model.tasks.map(({ flags }) => flags));
  expect(rows.map(({ attemptRows }) => attemptRows)).toEqual(model.tasks.map(({ attempts }) => attempts));
  for (const [index, { status, answer }] of model.tasks.entries()) if (status === 'completed') expect({ index, output: rows[index]?.output }).toEqual({ index, output: answer });
}

function checkHeader(model: Model, world: World): void {
  const header = world.header();
  const count = (status: TaskStatus): number => tasksOf(model).filter((task) => task.status === status).length;
  const { total, queued, running, completed, failed, cancelled, status, attempts, retries, inputTokens, effectiveConcurrency } = header;
  expect({ status, total, queued, running, completed, failed, cancelled }).toEqual({ status: model.run, total: model.total, queued: count('queued'), running: count('running'), completed: count('completed'), failed: count('failed'), cancelled: count('cancelled') });
  expect(queued + running + completed + failed + cancelled).toBe(total);
  expect(running).toBe(world.waiting().length);
  expect({ attempts, retries, inputTokens }).toEqual(world.counts());
  expect(effectiveConcurrency).toBeLessThanOrEqual(model.limit);
}
