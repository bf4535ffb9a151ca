import type { RunHeader } from '../../shared/vocabulary.ts';
import type { CliIo } from './io.ts';
import { liveLine, logLine, type ProgressState } from './progress-line.ts';
import { createProgressRate } from './progress-rate.ts';

/** A live line is redrawn this often, ms; a log gets a line this often, ms. */
const LIVE_INTERVAL_MS = 100;
const LOG_INTERVAL_MS = 5000;

export interface Progress {
  /** The latest header of the run. */
  update(run: RunHeader): void;
  /** A sentence of its own above the live line. */
  readonly say: (text: string) => void;
  /** Takes the live line away and stops. */
  end(): void;
}

const RED = '\u001b[31m';
const PLAIN = '\u001b[39m';

/** Red for a line that reports failures, unless NO_COLOR (https://no-color.org) or a terminal without colours forbids it. */
function coloured(line: string, failed: number, env: CliIo['env']): string {
  const plain = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return plain || failed === 0 ? line : line.replace(/[\d,]+ failed/, (part) => `${RED}${part}${PLAIN}`);
}

/** Shows how a run gets on, on stderr: one line that is redrawn on a terminal, a line every few seconds otherwise. */
export function showProgress(io: CliIo, nowMs: () => number = () => performance.now()): Progress {
  const rate = createProgressRate();
  let run: RunHeader | null = null;
  let drawnLength = 0;

  const stateNow = (latest: RunHeader): ProgressState => ({ run: latest, tokensPerSecond: rate.tokensPerSecond(nowMs()), remainingMs: rate.remainingMs(nowMs()), quietMs: rate.quietMs(nowMs()) });

  const draw = (): void => {
    if (run === null) return;
    if (!io.isTTY) {
      io.stderr(logLine(stateNow(run)));
      return;
    }
    const line = liveLine(stateNow(run), io.columns);
    io.stderr(`\r${coloured(line, run.failed, io.env)}${' '.repeat(Math.max(0, drawnLength - line.length))}`);
    drawnLength = line.length;
  };

  const wipe = (): void => {
    if (drawnLength > 0) io.stderr(`\r${' '.repeat(drawnLength)}\r`);
    drawnLength = 0;
  };

  const timer = setInterval(draw, io.isTTY ? LIVE_INTERVAL_MS : LOG_INTERVAL_MS);
  return {
    update(latest) {
      run = latest;
      rate.add({ ...latest, atMs: nowMs() });
    },
    say(text) {
      wipe();
      io.stderr(`${text}\n`);
    },
    end() {
      clearInterval(timer);
      wipe();
    },
  };
}
