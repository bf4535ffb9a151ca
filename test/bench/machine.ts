import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { readFile, rm, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { median } from './statistics.ts';

/** Of Linux's `statfs(2)`. */
const FILE_SYSTEMS: Readonly<Record<number, string>> = { 0xef53: 'ext4', 0x58465342: 'xfs', 0x9123683e: 'btrfs', 0x794c7630: 'overlayfs', 0x01021994: 'tmpfs', 0x2fc12fc1: 'zfs' };

const SYNCS = 30;

/** Milliseconds to write 4 KB and have it on disk, the median of some. What a durable commit costs at least. */
export async function syncMs(dir: string): Promise<number> {
  const file = path.join(dir, 'sync-probe');
  const block = Buffer.alloc(4096);
  const handle = openSync(file, 'w');
  try {
    return median(
      Array.from({ length: SYNCS }, () => {
        const startMs = performance.now();
        writeSync(handle, block);
        fsyncSync(handle);
        return performance.now() - startMs;
      }),
    );
  } finally {
    closeSync(handle);
    await rm(file, { force: true });
  }
}

async function systemName(): Promise<string> {
  // What vendors append to the number of the kernel tells nothing.
  const release = /^[\d.]*\d/u.exec(os.release())?.[0] ?? os.release();
  const about = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const pretty = /^PRETTY_NAME="?(?<name>[^"\n]+)/mu.exec(about)?.groups?.['name'];
  return pretty === undefined ? `${os.type()} ${release}` : `${pretty}, ${os.type()} ${release}`;
}

/** The machine in a line: cores, processor, memory, system, Node, and the disk of the data folder. */
export async function describeMachine(dataDir: string): Promise<string> {
  const cpus = os.cpus();
  const { type } = await statfs(dataDir);
  const disk = `${FILE_SYSTEMS[type] ?? 'disk'}, ${(await syncMs(dataDir)).toFixed(2)} ms per fsync`;
  return [`${cpus.length} cores (${cpus[0]?.model.trim() ?? 'unknown'})`, `${Math.round(os.totalmem() / 2 ** 30)} GB`, await systemName(), `Node ${process.versions.node}`, disk].join(', ');
}
