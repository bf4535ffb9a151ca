import { describe, expect, it } from 'vitest';
import { createPace } from '../../../renderer/charts/pace.ts';

/** A clock that only moves when told, with timers. */
function testClock() {
  let nowMs = 0;
  let timers: { readonly atMs: number; readonly action: () => void }[] = [];
  return {
    now: () => nowMs,
    after: (delayMs: number, action: () => void) => {
      const timer = { atMs: nowMs + delayMs, action };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance: (toMs: number) => {
      for (;;) {
        const next = timers.filter((timer) => timer.atMs <= toMs).sort((left, right) => left.atMs - right.atMs)[0];
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.action();
      }
      nowMs = toMs;
    },
  };
}

describe('pacing', () => {
  it('turns a steady burst into two turns a second: it is neither flooded nor starved', () => {
    const clock = testClock();
    const turns: number[] = [];
    const pace = createPace({ intervalMs: 500, now: clock.now, after: clock.after, turn: (done) => (turns.push(clock.now()), done()) });
    for (let ms = 0; ms <= 2000; ms += 16) {
      clock.advance(ms);
      pace.request();
    }
    clock.advance(4000);
    // The last request came after the turn at 2000 and is not lost.
    expect(turns).toEqual([0, 500, 1000, 1500, 2000, 2500]);
  });

  it('gives the last change its turn also when it came while a turn was running', () => {
    const clock = testClock();
    const open: (() => void)[] = [];
    const pace = createPace({ intervalMs: 500, now: clock.now, after: clock.after, turn: (done) => open.push(done) });
    pace.request();
    clock.advance(10);
    pace.request();
    clock.advance(2000);
    expect(open.length).toBe(1);
    open[0]!();
    clock.advance(2001);
    expect(open.length).toBe(2);
  });

  it('does nothing more once it was stopped', () => {
    const clock = testClock();
    let turns = 0;
    const pace = createPace({ intervalMs: 500, now: clock.now, after: clock.after, turn: () => (turns += 1) });
    pace.request();
    pace.stop();
    clock.advance(5000);
    pace.request();
    clock.advance(9000);
    expect(turns).toBe(0);
  });
});
