import type { BatchListItem } from '../../../shared/contract/commands.ts';
import type { AppStore } from '../../store/store.ts';

export interface PaletteCommand {
  /** Tells commands of the same name apart; '' where the name does. */
  readonly id: string;
  readonly name: string;
  /** Shortcut that does the same; '' when there is none. */
  readonly keys: string;
  readonly perform: () => void;
}

/** What the palette offers now: only what can be done in this state. */
export function paletteCommands(store: AppStore, batches: readonly BatchListItem[]): readonly PaletteCommand[] {
  const state = store.getState();
  const run = state.runState?.run ?? null;
  const open = state.batchId !== null;
  const commands: readonly (Omit<PaletteCommand, 'id'> & { readonly when: boolean })[] = [
    { name: 'Start', keys: 'Mod+Enter', when: open && (run === null || run.status === 'completed' || run.status === 'cancelled'), perform: () => void state.startOrResume() },
    { name: 'Resume', keys: 'Mod+Enter', when: run?.status === 'paused', perform: () => void state.resume() },
    { name: 'Pause', keys: 'Mod+.', when: run?.status === 'running', perform: () => void state.pause() },
    { name: 'Cancel the run', keys: '', when: run?.status === 'running' || run?.status === 'paused', perform: () => state.openDialog('cancelRun') },
    { name: 'Retry failed tasks', keys: 'Shift+R', when: (run?.failed ?? 0) > 0, perform: () => void state.retryFailed() },
    { name: 'Export failures', keys: '', when: (run?.failed ?? 0) > 0, perform: () => void state.exportFailures(null) },
    { name: 'Export results as CSV', keys: 'Mod+E', when: run !== null, perform: () => void state.exportResults('csv', null) },
    { name: 'Export results as JSONL', keys: '', when: run !== null, perform: () => void state.exportResults('jsonl', null) },
    { name: 'Show tasks', keys: '1', when: open, perform: () => state.showTab('tasks') },
    { name: 'Show charts', keys: '2', when: open, perform: () => state.showTab('charts') },
    { name: 'Show failures', keys: '3', when: open, perform: () => state.showTab('failures') },
    { name: 'Edit prompt', keys: '4', when: open, perform: () => state.showTab('prompt') },
    { name: 'Open files', keys: 'Mod+O', when: true, perform: () => void state.importChosen() },
    { name: 'Try the sample', keys: '', when: true, perform: () => void state.importSample() },
    { name: 'Settings', keys: 'Mod+,', when: true, perform: () => state.openDialog('settings') },
    { name: 'Keyboard shortcuts', keys: '?', when: true, perform: () => state.openDialog('help') },
    { name: 'Use the light theme', keys: '', when: state.theme !== 'light', perform: () => state.setTheme('light') },
    { name: 'Use the dark theme', keys: '', when: state.theme !== 'dark', perform: () => state.setTheme('dark') },
    { name: "Use the system's theme", keys: '', when: state.theme !== 'system', perform: () => state.setTheme('system') },
  ];
  const visits = batches.filter((batch) => batch.batchId !== state.batchId).map((batch) => ({ name: `Go to ${batch.name}`, keys: '', id: batch.batchId, perform: () => void state.selectBatch(batch.batchId) }));
  return [...commands.filter((command) => command.when).map((command) => ({ ...command, id: '' })), ...visits];
}
