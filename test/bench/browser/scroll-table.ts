import type { CDPSession, Page } from '@playwright/test';

export interface Scrolled {
  /** Between two frames, ms. */
  readonly framesMs: readonly number[];
  /** CPU time of the page's thread, ms: the one figure that other programs on the machine hardly touch. */
  readonly threadCpuMs: number;
  /** Whether the last row was drawn at the end and the first one after the way back. */
  readonly hasSeenAll: boolean;
}

/** The gesture's own rounding may stop it a little early. */
const OVERSHOOT_PIXELS = 400;
const DRAWN_TIMEOUT_MS = 10_000;

function watchFrames(page: Page) {
  return page.evaluateHandle(() => {
    const framesMs: number[] = [];
    let before = Number.NaN;
    let isOn = true;
    const onFrame = (now: number): void => {
      if (!Number.isNaN(before)) framesMs.push(now - before);
      before = now;
      if (isOn) requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
    return {
      stop: () => {
        isOn = false;
        return framesMs;
      },
    };
  });
}

async function threadCpuMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
}

/** Turns the wheel over the table of tasks down to its end and back, as fast as asked for, in pixels a second. */
export async function scrollTable(page: Page, taskCount: number, speed: number): Promise<Scrolled> {
  const table = page.getByRole('grid', { name: 'Tasks' });
  const scroller = table.locator('..');
  const box = await scroller.boundingBox();
  if (box === null) throw new Error('Expected the table of tasks on the screen.');
  const distance = (await scroller.evaluate((element) => element.scrollHeight - element.clientHeight)) + OVERSHOOT_PIXELS;
  const session = await page.context().newCDPSession(page);
  const wheel = (yDistance: number): Promise<unknown> => session.send('Input.synthesizeScrollGesture', { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2), yDistance, speed, gestureSourceType: 'mouse' });
  const isDrawn = (index: number): Promise<boolean> =>
    table
      .locator(`[data-index="${index}"]`)
      .waitFor({ timeout: DRAWN_TIMEOUT_MS })
      .then(
        () => true,
        () => false,
      );

  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const frames = await watchFrames(page);
  const cpuBefore = await threadCpuMs(session);
  await wheel(-distance);
  const hasSeenLast = await isDrawn(taskCount - 1);
  await wheel(distance);
  const hasSeenFirst = await isDrawn(0);
  const framesMs = await frames.evaluate((watched) => watched.stop());
  const cpuMs = (await threadCpuMs(session)) - cpuBefore;
  await session.detach();
  return { framesMs, threadCpuMs: cpuMs, hasSeenAll: hasSeenLast && hasSeenFirst };
}
