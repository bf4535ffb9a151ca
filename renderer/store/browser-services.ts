import type { TasklaneClient } from '../client/client.ts';
import { TasklaneError } from '../../shared/errors.ts';
import type { Services } from './services.ts';

/** How long events wait when the page is hidden and paints no frames, ms. */
const HIDDEN_FRAME_MS = 250;

function onFrame(run: () => void): void {
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    run();
  };
  requestAnimationFrame(once);
  setTimeout(once, HIDDEN_FRAME_MS);
}

/** The store's surroundings in a page. */
export function browserServices(client: TasklaneClient): Services {
  return {
    client,
    nowMs: () => performance.now(),
    onFrame,
    async copyText(text) {
      try {
        await navigator.clipboard.writeText(text);
      } catch (cause) {
        throw new TasklaneError('unsupported', 'The clipboard could not be written.', 'Allow this page to use the clipboard, or select the text and copy it by hand.', { cause });
      }
    },
    preferences: {
      get: (key) => localStorage.getItem(key),
      set: (key, value) => localStorage.setItem(key, value),
    },
    pageId: crypto.randomUUID(),
  };
}
