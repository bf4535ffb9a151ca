import { Notification, powerSaveBlocker } from 'electron';
import type { AppEvent } from '../../shared/contract/events.ts';
import type { RunHeader } from '../../shared/vocabulary.ts';
import type { Tasklane } from '../api/types.ts';
import type { MainWindow } from './main-window.ts';
import { desktopProgress, isOn, noticeOf, type Notice } from './run-progress.ts';

/** Value of `setProgressBar` that takes the bar away. */
const NO_PROGRESS = -1;

function notify({ title, body }: Notice, mainWindow: MainWindow): void {
  if (mainWindow.isInFront() || !Notification.isSupported()) return;
  const notification = new Notification({ title, body });
  notification.on('click', () => {
    void mainWindow.show();
  });
  notification.show();
}

/** Keeps the machine awake from the first run to the end of the last one. */
function sleepGuard(): (isRunOn: boolean) => void {
  let blocker: number | null = null;
  return (isRunOn) => {
    if (isRunOn && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (!isRunOn && blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
  };
}

/** Progress on the taskbar or dock and in the title, a notification at the end, and no sleep meanwhile. */
export function showProgress(tasklane: Tasklane, mainWindow: MainWindow): void {
  const runs = new Map<string, RunHeader>();
  const guardSleep = sleepGuard();
  let shownPercent = NO_PROGRESS;
  let shownTitle = '';

  const show = (): void => {
    const { fraction, title } = desktopProgress(runs.values());
    guardSleep(fraction !== null);
    const window = mainWindow.current();
    const percent = fraction === null ? NO_PROGRESS : Math.floor(fraction * 100);
    if (window === null || (percent === shownPercent && title === shownTitle)) return;
    shownPercent = percent;
    shownTitle = title;
    window.setProgressBar(fraction ?? NO_PROGRESS);
    window.setTitle(title);
  };

  const take = (event: AppEvent): void => {
    if (event.type !== 'run.changed') return;
    const notice = noticeOf(runs.get(event.run.runId), event.run);
    if (isOn(event.run)) runs.set(event.run.runId, event.run);
    else runs.delete(event.run.runId);
    show();
    if (notice !== null) notify(notice, mainWindow);
  };

  tasklane.subscribe(({ events }) => {
    for (const event of events) take(event);
  });
}
