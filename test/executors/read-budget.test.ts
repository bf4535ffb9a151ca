import { expect, test } from 'vitest';
import { createReadBudget, type Share } from '../../electron/executors/read-budget.ts';

test('over the budget all but the oldest are held back, and go on as it leaves or the sum falls', () => {
  const said: string[] = [];
  const budget = createReadBudget(100);
  const join = (name: string): Share => budget.join({ pause: () => said.push(`${name} pauses`), resume: () => said.push(`${name} resumes`) });
  const first = join('first');
  const second = join('second');
  const third = join('third');
  first.hold(90);
  second.hold(10);
  expect(said).toEqual([]);
  second.hold(20);
  third.hold(5);
  first.hold(500);
  expect(said).toEqual(['second pauses', 'third pauses']);
  first.leave();
  expect(said.splice(0)).toEqual(['second pauses', 'third pauses', 'second resumes', 'third resumes']);
  second.hold(300);
  third.hold(10);
  expect(said.splice(0)).toEqual(['third pauses']);
  third.leave();
  second.leave();
  second.leave();
  expect(said).toEqual([]);
});

test('however answers come and go, the oldest is never held back', () => {
  const budget = createReadBudget(10);
  const paused = new Set<number>();
  const shares = new Map<number, Share>();
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let step = 0; step < 5000; step += 1) {
    const names = [...shares.keys()];
    const name = names[random(names.length || 1)];
    if (name === undefined || random(5) === 0) shares.set(step, budget.join({ pause: () => paused.add(step), resume: () => paused.delete(step) }));
    else if (random(4) === 0) {
      shares.get(name)!.leave();
      shares.delete(name);
      paused.delete(name);
    } else if (!paused.has(name)) shares.get(name)!.hold(random(20));
    const [oldest] = shares.keys();
    expect(oldest === undefined || !paused.has(oldest)).toBe(true);
  }
});
