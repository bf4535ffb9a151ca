import { answer, type ChartQuestion } from './chart-messages.ts';

// Numbers of a large run are computed here, off the thread that draws and listens.
globalThis.addEventListener('message', (event: MessageEvent<ChartQuestion>) => {
  globalThis.postMessage(answer(event.data), { transfer: [] });
});
