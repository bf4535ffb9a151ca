import type { Page } from '@playwright/test';

export interface Scrolled {
  /** Between two frames, ms. */
  readonly framesMs: readonly number[];
  /** Whether the last row was drawn at the end and the first one after the way back. */
  readonly hasSeenAll: boolean;
}

/** Scrolls the table of tasks to its end and back, about a screenful each frame. */
export function scrollTable(page: Page, taskCount: number, pixelsPerFrame: number): Promise<Scrolled> {
  return page.evaluate(
    async ({ lastIndex, step }) => {
      const scroller = document.querySelector('table[role=grid]')?.parentElement;
      if (!scroller) throw new Error('Expected the table of tasks on the screen.');
      const framesMs: number[] = [];
      const nextFrame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
      const isDrawn = (index: number): boolean => scroller.querySelector(`[data-index="${index}"]`) !== null;
      const scrollTo = async (target: number): Promise<void> => {
        let before = await nextFrame();
        while (scroller.scrollTop !== target) {
          const distance = target - scroller.scrollTop;
          scroller.scrollTop += Math.sign(distance) * Math.min(step, Math.abs(distance));
          const now = await nextFrame();
          framesMs.push(now - before);
          before = now;
        }
        // The rows of the last step are drawn in the frame after it.
        await nextFrame();
        await nextFrame();
      };
      await scrollTo(Math.floor(scroller.scrollHeight - scroller.clientHeight));
      const hasSeenLast = isDrawn(lastIndex);
      await scrollTo(0);
      return { framesMs, hasSeenAll: hasSeenLast && isDrawn(0) };
    },
    { lastIndex: taskCount - 1, step: pixelsPerFrame },
  );
}
