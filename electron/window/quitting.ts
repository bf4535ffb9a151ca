/** How far the app is on its way out. */
export type QuitPhase = 'open' | 'asking' | 'closing' | 'closed';

/** What to do when the user (or the system) asks to quit. */
export type QuitStep =
  /** Ask what to do with the runs that are on. */
  | 'ask'
  /** Pause every run, wait for what is in flight, then quit. */
  | 'close'
  /** Asked a second time: abort what is in flight, then quit. */
  | 'abort'
  /** A question is on the screen already. */
  | 'wait'
  /** Nothing is left to save. */
  | 'quit';

export function quitStep(phase: QuitPhase, activeRunCount: number): QuitStep {
  switch (phase) {
    case 'open':
      return activeRunCount > 0 ? 'ask' : 'close';
    case 'asking':
      return 'wait';
    case 'closing':
      return 'abort';
    case 'closed':
      return 'quit';
  }
}
