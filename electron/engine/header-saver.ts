import type { RunHeader } from '../../shared/vocabulary.ts';
import type { RunSurroundings } from './surroundings.ts';

const SAVE_MS = 1000;

/** Tells of a run's header: each change to the listener, and about once a second to the store, for readers and recovery. */
export interface HeaderSaver {
  /** Writes it down now, and tells. */
  save(): void;
  /** It may have changed. */
  changed(): void;
}

export interface HeaderSaverParts extends Pick<RunSurroundings, 'store' | 'listener' | 'monotonicMs'> {
  readonly runId: string;
  readonly header: () => RunHeader;
  /** Whether the end of the run writes it from now on. */
  readonly isEnding: () => boolean;
  /** The store refused, or a fault of ours. */
  readonly failed: (thrown: unknown) => void;
}

export function createHeaderSaver({ store, listener, monotonicMs, runId, header, isEnding, failed }: HeaderSaverParts): HeaderSaver {
  let savedAtMs = 0;

  const save = (): void => {
    savedAtMs = monotonicMs();
    try {
      store.runs.save(header());
    } catch (error) {
      failed(error);
    }
    changed();
  };
  const changed = (): void => {
    listener.runChanged(runId);
    if (!isEnding() && monotonicMs() - savedAtMs > SAVE_MS) save();
  };
  return { save, changed };
}
