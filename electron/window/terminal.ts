import { app } from 'electron';

/** For the packaged `tasklane <command>`: Electron's main process as a plain program, without a window or a dock icon. */
export function runWithoutWindow(main: () => Promise<number>): void {
  app.dock?.hide();
  void app.whenReady().then(main).then(
    (exitCode) => app.exit(exitCode),
    (thrown: unknown) => {
      process.stderr.write(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`);
      app.exit(70);
    },
  );
}
