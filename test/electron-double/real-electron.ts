import { _electron, type ElectronApplication } from '@playwright/test';
import { findElectronBinary, whyNoWindow } from '../../electron/start/electron-binary.ts';
import type { DesktopCall } from './record.ts';

/** Electron's program where it is installed and can open a window, else null. */
export function realElectronPath(): string | null {
  const binary = findElectronBinary(process.env);
  const obstacle = whyNoWindow({ platform: process.platform, env: process.env, userId: process.geteuid?.() ?? null, args: [] });
  return obstacle === null && 'path' in binary ? binary.path : null;
}

export interface RealElectron {
  readonly app: ElectronApplication;
  calls(): Promise<readonly DesktopCall[]>;
  answerDialog(kind: string, answer: unknown): Promise<void>;
  clickMenu(label: string): Promise<void>;
  closeWindow(): Promise<void>;
}

/** Replaces the dialogs, which nobody could answer, and notes what was called. */
function takeOverDialogs({ dialog, shell }: typeof import('electron')): void {
  const state = { calls: [] as DesktopCall[], answers: new Map<string, unknown[]>() };
  Object.assign(globalThis, { tasklaneTest: state });
  const cancelled: Record<string, unknown> = { showOpenDialog: { canceled: true, filePaths: [] }, showSaveDialog: { canceled: true, filePath: '' }, showMessageBox: { response: 2, checkboxChecked: false } };
  for (const kind of Object.keys(cancelled)) {
    Object.assign(dialog, {
      [kind]: (...values: readonly unknown[]) => {
        state.calls.push({ name: `dialog.${kind}`, values: [values.at(-1)] });
        return Promise.resolve(state.answers.get(kind)?.shift() ?? cancelled[kind]);
      },
    });
  }
  Object.assign(shell, {
    openExternal: (url: string) => {
      state.calls.push({ name: 'shell.openExternal', values: [url] });
      return Promise.resolve();
    },
  });
}

interface TestState {
  readonly tasklaneTest: { readonly calls: DesktopCall[]; readonly answers: Map<string, unknown[]> };
}

/** The built app in real Electron, driven by Playwright. */
export async function launchRealElectron(executablePath: string, projectDir: string, dataDir: string, env: Readonly<Record<string, string>>): Promise<RealElectron> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const app = await _electron.launch({ executablePath, args: [projectDir, '--data-dir', dataDir], env: { ...inherited, ...env } });
  await app.evaluate(takeOverDialogs);
  return {
    app,
    calls: () => app.evaluate(() => (globalThis as unknown as TestState).tasklaneTest.calls),
    answerDialog: (kind, answer) =>
      app.evaluate((_electron, [name, value]) => {
        const { answers } = (globalThis as unknown as TestState).tasklaneTest;
        answers.set(name, [...(answers.get(name) ?? []), value]);
      }, [kind, answer] as const),
    clickMenu: (label) =>
      app.evaluate(({ Menu }, wanted) => {
        const find = (items: readonly Electron.MenuItem[]): Electron.MenuItem | undefined => items.find((item) => item.label === wanted) ?? items.map((item) => find(item.submenu?.items ?? [])).find((item) => item !== undefined);
        find(Menu.getApplicationMenu()?.items ?? [])?.click();
      }, label),
    closeWindow: () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close()),
  };
}
