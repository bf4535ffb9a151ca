import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { SourceRef, TargetRef } from '../../shared/contract/commands.ts';
import type { Reply } from '../../shared/errors.ts';
import { fromWire, toWire } from '../../shared/wire/wire.ts';
import { startServeHost } from '../e2e/serve-host.ts';
import { createApiHost, valueOf } from './api-host.ts';
import type { Host } from './host.ts';

/** Host 2 over HTTP, as its page speaks to it. */
export async function startBrowserHost(): Promise<Host> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tasklane-contract-browser-'));
  const served = await startServeHost(dataDir);
  const { origin, hash } = new URL(served.url);
  let token = '';

  const post = async (address: string, body: string, contentType = 'application/json'): Promise<unknown> => {
    const headers = { 'content-type': contentType, ...(token === '' ? {} : { authorization: `Bearer ${token}` }) };
    const response = await fetch(`${origin}${address}`, { method: 'POST', headers, body });
    return fromWire(await response.text());
  };

  const session = await post('/api/session', toWire({ code: hash.replace('#code=', '') }));
  token = valueOf(session as Reply<{ readonly token: string }>).token;
  return createApiHost({
    call: async (name, input) => (await post('/api/call', toWire({ name, input }))) as Reply<unknown>,
    addFile: async (name, content) => valueOf((await post(`/api/upload?name=${encodeURIComponent(name)}`, content, 'application/octet-stream')) as Reply<SourceRef>),
    async chooseTarget(name) {
      const { targetId } = valueOf((await post('/api/target', toWire({ name }))) as Reply<TargetRef>);
      return {
        targetId,
        async written() {
          const { ticket } = valueOf((await post('/api/ticket', toWire({ targetId }))) as Reply<{ readonly ticket: string }>);
          return (await fetch(`${origin}/download/${ticket}`)).text();
        },
      };
    },
    async close() {
      await served.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  });
}
