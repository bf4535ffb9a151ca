import { useEffect, useRef, useState } from 'react';
import type { RunProjection } from '../../shared/timing/run-projection.ts';
import { workerSource } from './chart-source.ts';
import type { ChartModel, RunData } from './data/chart-model.ts';
import { isLive } from './data/columns.ts';
import { createPace, type Pace } from './pace.ts';

/** At most two updates a second. */
const INTERVAL_MS = 500;
/** A projection of a live run is renewed this often, ms. */
const PROJECTION_MS = 5000;

/** Numbers of one moment, together with the run they were taken from. */
export interface ChartNumbers {
  readonly data: RunData;
  readonly version: number;
  readonly model: ChartModel;
  readonly projection: RunProjection | null;
}

export type ChartNumbersState = { readonly kind: 'pending' } | { readonly kind: 'ready'; readonly numbers: ChartNumbers } | { readonly kind: 'failed'; readonly message: string };

/** The numbers behind the charts, computed in a worker at most twice a second, always ending with the latest version. For one run: a component that shows another run needs another key. */
export function useChartNumbers(data: RunData, version: number): ChartNumbersState {
  const [state, setState] = useState<ChartNumbersState>({ kind: 'pending' });
  const latest = useRef({ data, version });
  const pace = useRef<Pace | null>(null);

  useEffect(() => {
    let done: (() => void) | null = null;
    let asked = latest.current;
    let projection: RunProjection | null = null;
    let projectedAtMs = -Infinity;
    const source = workerSource({
      onAnswer: (reply) => {
        if (reply.projection !== null) {
          projection = reply.projection;
          projectedAtMs = performance.now();
        }
        setState({ kind: 'ready', numbers: { ...asked, model: reply.model, projection } });
        done?.();
      },
      onError: (message) => {
        setState({ kind: 'failed', message });
        done?.();
      },
    });
    pace.current = createPace({
      intervalMs: INTERVAL_MS,
      now: () => performance.now(),
      after: (delayMs, action) => {
        const timer = setTimeout(action, delayMs);
        return () => clearTimeout(timer);
      },
      turn: (finish) => {
        done = finish;
        asked = latest.current;
        source.ask({ ...asked, withProjection: !isLive(asked.data.run) || performance.now() - projectedAtMs >= PROJECTION_MS });
      },
    });
    pace.current.request();
    return () => {
      pace.current?.stop();
      source.close();
    };
  }, []);

  useEffect(() => {
    latest.current = { data, version };
    pace.current?.request();
  }, [data, version]);

  return state;
}
