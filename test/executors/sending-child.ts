import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ChildOrder, ChildReport } from './send-in-child.ts';

/** A process of its own that sends by the executor, to be stopped or measured. */
export function startSendingChild(order: ChildOrder): { readonly process: ChildProcess; readonly report: Promise<ChildReport>; readonly hasFirstToken: () => boolean } {
  const child = spawn(process.execPath, [fileURLToPath(new URL('send-in-child.ts', import.meta.url)), JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let complaints = '';
  child.stdout.on('data', (data) => (printed += String(data)));
  child.stderr.on('data', (data) => (complaints += String(data)));
  const report = new Promise<ChildReport>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(JSON.parse(printed) as ChildReport) : reject(new Error(`the child ended with ${code}: ${complaints}`))));
  });
  return { process: child, report, hasFirstToken: () => complaints.includes('first token') };
}
