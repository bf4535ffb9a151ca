/**
 * All that the terminal host knows of the process it runs in. `electron/start` fills it; tests may too.
 * `argv`, `env` and `cwd` are the caller's: under npm, `cwd` is `INIT_CWD`.
 */
export interface CliIo {
  /** Results only. */
  stdout(text: string): void;
  /** Progress, warnings and errors. */
  stderr(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  /** Whether stderr is a terminal that a line can be redrawn on. */
  readonly isTTY: boolean;
  /** Width of that terminal, characters. */
  readonly columns: number;
  /** Ctrl+C, a polite kill, or a vanished parent process. Returns the way to stop listening. */
  onInterrupt(listener: () => void): () => void;
  /** The browser host, injected because hosts never import each other. Settles with the exit code when it ends. */
  serve(options: ServeOptions): Promise<number>;
}

export interface ServeOptions {
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; 0 lets the system choose a free one. */
  readonly port: number;
  /** Print the object of the terminal contract instead of a sentence. */
  readonly json: boolean;
}
