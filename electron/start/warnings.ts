/**
 * Keeps one warning off the terminal: Node's that `node:sqlite` is experimental, which tells users nothing. All others
 * are shown as before. Warnings are told of a turn later, so it is early enough in the first module that runs.
 */
export function hideSqliteWarning(): void {
  const shown = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name === 'ExperimentalWarning' && warning.message.startsWith('SQLite')) return;
    for (const show of shown) show.call(process, warning);
  });
}
