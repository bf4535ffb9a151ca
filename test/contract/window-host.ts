import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Bridge } from '../../shared/contract/bridge.ts';
import { ensureBuilt } from '../../electron/start/build.ts';
import { launchWindow } from '../electron-double/launch-window.ts';
import { createApiHost, valueOf } from './api-host.ts';
import type { Host } from './host.ts';

type WindowWithBridge = typeof globalThis & { readonly tasklane: Bridge };

/** Host 1: the built app in real Electron where that is installed, else under the double; called as its page calls it. */
export async function startWindowHost(): Promise<Host> {
  await ensureBuilt();
  const folder = await mkdtemp(path.join(tmpdir(), 'tasklane-contract-window-'));
  const app = await launchWindow({ dataDir: path.join(folder, 'data') });
  const { page } = app;
  let count = 0;
  const pathOf = async (name: string): Promise<string> => {
    count += 1;
    const own = path.join(folder, String(count));
    await mkdir(own);
    return path.join(own, name);
  };

  return createApiHost({
    call: (name, input) => page.evaluate(([command, given]) => (globalThis as WindowWithBridge).tasklane.call(command, given), [name, input] as const),
    async addFile(name, content) {
      const filePath = await pathOf(name);
      await writeFile(filePath, content);
      await app.answerDialog('showOpenDialog', { canceled: false, filePaths: [filePath] });
      const [source] = valueOf(await page.evaluate(() => (globalThis as WindowWithBridge).tasklane.chooseFiles()));
      if (source === undefined) throw new Error('Expected the chosen file as a source.');
      return source;
    },
    async chooseTarget(name) {
      const filePath = await pathOf(name);
      await app.answerDialog('showSaveDialog', { canceled: false, filePath });
      const target = valueOf(await page.evaluate((suggested) => (globalThis as WindowWithBridge).tasklane.chooseTarget(suggested), name));
      if (target === null) throw new Error('Expected the chosen place as a target.');
      return { targetId: target.targetId, written: () => readFile(filePath, 'utf8') };
    },
    async close() {
      await app.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  });
}
