import { afterAll, beforeAll, describe, it } from 'vitest';

import { startBrowserHost } from './browser-host.ts';
import { CASES } from './cases.ts';
import type { Host } from './host.ts';
import { startTerminalHost } from './terminal-host.ts';
import { startWindowHost } from './window-host.ts';

describe.each([
  ['terminal', startTerminalHost],
  ['browser', startBrowserHost],
  ['window', startWindowHost],
] as const)('the %s', (_kind, start) => {
  let host: Host | null = null;
  beforeAll(async () => {
    host = await start();
  });
  afterAll(() => host?.close());

  it.each(CASES)('$name', async (contractCase) => {
    if (host === null) throw new Error('The host did not start.');
    await contractCase.check(host);
  });
});
