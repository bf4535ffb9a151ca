import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { addBatch, errorCode, storePlaceForEach } from './place.ts';

const place = storePlaceForEach();
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
});

/** Another program that has the store open as its writer. */
async function startHolder(): Promise<ChildProcess> {
  const script = `import { openStore } from ${JSON.stringify(path.resolve('electron/store/open.ts'))}; openStore({ dataDir: process.argv[1], holder: 'window' }); process.stdout.write('held'); setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module-typescript', '-e', script, place.dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

describe('case 48: two programs on one store', () => {
  it('case 48: a second writer is refused with the name of the first, also in one process', () => {
    const first = place.open();
    const batchId = addBatch(first, [{ a: '1' }]);
    expect(() => place.open()).toThrow(expect.objectContaining({ code: 'store_locked', message: expect.stringContaining(`Tasklane's test (process ${process.pid})`) as string }));
    const reader = place.open(true);
    expect(reader.batches.get(batchId).taskCount).toBe(1);
    expect(errorCode(() => reader.batches.update(batchId, { name: 'changed' }))).not.toBe('no error');
    expect(first.batches.get(batchId).name).toBe('rows');
    first.close();
    expect(errorCode(() => place.open())).toBe('no error');
  });

  it('case 48: the lock of a killed program does not outlive it', async () => {
    const holder = await startHolder();
    expect(() => place.open()).toThrow(new RegExp(`in use by Tasklane's window \\(process ${holder.pid}\\)`));
    expect(errorCode(() => place.open(true))).toBe('no error');
    const exited = once(holder, 'exit');
    holder.kill('SIGKILL');
    await exited;
    expect(errorCode(() => place.open())).toBe('no error');
  });

  it.skipIf(process.platform === 'win32')('case 48: a program that is stopped, and may go on any moment, keeps its lock', async () => {
    const holder = await startHolder();
    holder.kill('SIGSTOP');
    expect(errorCode(() => place.open())).toBe('store_locked');
    expect(errorCode(() => place.open(true))).toBe('no error');
    holder.kill('SIGCONT');
    expect(errorCode(() => place.open())).toBe('store_locked');
  });
});
