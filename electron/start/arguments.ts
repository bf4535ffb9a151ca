import { parseArgs } from 'node:util';

/**
 * What a start of the packaged program asks for: `tasklane run …` is the terminal, `tasklane` alone, with a file or with
 * Chromium's switches, is the window.
 */
export function hostOf(args: readonly string[]): 'window' | 'terminal' {
  const [first] = args;
  if (first === undefined) return 'window';
  return /^[a-z]+$/u.test(first) || ['--help', '-h', '--version', '-V'].includes(first) ? 'terminal' : 'window';
}

export interface WindowArguments {
  /** As given, maybe relative; null when it was not. */
  readonly dataDir: string | null;
}

/** The window's own options; Chromium's and Electron's switches pass by unread. */
export function windowArguments(args: readonly string[]): WindowArguments {
  const { values } = parseArgs({ args: [...args], options: { 'data-dir': { type: 'string' } }, strict: false, allowPositionals: true });
  const dataDir = values['data-dir'];
  return { dataDir: typeof dataDir === 'string' ? dataDir : null };
}
