import type { Page } from '@playwright/test';

export interface LongTasks {
  /** Durations since the last call, ms: tasks that kept the page's thread for more than 50 ms. https://w3c.github.io/longtasks/ */
  take(): Promise<readonly number[]>;
}

/** Watches a page's thread from now on. */
export async function watchLongTasks(page: Page): Promise<LongTasks> {
  const watch = await page.evaluateHandle(() => {
    const durations: number[] = [];
    const keep = (entries: PerformanceEntryList): void => {
      for (const { duration } of entries) durations.push(duration);
    };
    const observer = new PerformanceObserver((list) => keep(list.getEntries()));
    observer.observe({ type: 'longtask' });
    return {
      take: () => {
        keep(observer.takeRecords());
        return durations.splice(0);
      },
    };
  });
  return { take: () => watch.evaluate((each) => each.take()) };
}
