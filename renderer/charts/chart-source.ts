import { answer, buffersOf, detached, type ChartAnswer, type ChartQuestion } from './chart-messages.ts';

/** Asks for the numbers of a run; `listen` gets each answer, or what went wrong. */
export interface ChartSource {
  readonly ask: (question: ChartQuestion) => void;
  readonly close: () => void;
}

export interface ChartListener {
  readonly onAnswer: (answer: ChartAnswer) => void;
  readonly onError: (message: string) => void;
}

/** Without a worker: after the current paint, on this thread. */
export function inlineSource({ onAnswer, onError }: ChartListener): ChartSource {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    ask: (question) => {
      timer = setTimeout(() => {
        try {
          onAnswer(answer(question));
        } catch (thrown) {
          onError(thrown instanceof Error ? thrown.message : String(thrown));
        }
      }, 0);
    },
    close: () => clearTimeout(timer),
  };
}

/** In a worker where there is one; a worker that can't be loaded is replaced by this thread, and its question asked again. */
export function workerSource(listener: ChartListener): ChartSource {
  if (typeof Worker === 'undefined') return inlineSource(listener);
  const worker = new Worker(new URL('./chart-worker.ts', import.meta.url), { type: 'module' });
  let open: ChartQuestion | null = null;
  let fallback: ChartSource | null = null;
  worker.addEventListener('message', (event: MessageEvent<ChartAnswer>) => {
    open = null;
    listener.onAnswer(event.data);
  });
  worker.addEventListener('error', () => {
    worker.terminate();
    fallback ??= inlineSource(listener);
    if (open !== null) fallback.ask(open);
    open = null;
  });
  return {
    ask: (question) => {
      if (fallback !== null) return fallback.ask(question);
      open = question;
      const data = detached(question.data);
      worker.postMessage({ ...question, data }, buffersOf(data));
    },
    close: () => {
      worker.terminate();
      fallback?.close();
    },
  };
}
