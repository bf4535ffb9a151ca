import { onTestFinished } from 'vitest';

import { startProvider, type Answer, type ProviderServer } from './provider-server.ts';
import { openWorkbench, type Workbench, type WorkbenchOptions } from './workbench.ts';

/** A scripted provider and a workbench that sends to it, both closed when the test is over. */
export async function open(answer: (prompt: string, times: number) => Answer, options: WorkbenchOptions = {}): Promise<{ readonly server: ProviderServer; readonly bench: Workbench }> {
  const server = await startProvider(answer);
  const bench = openWorkbench(server.baseUrl, options);
  onTestFinished(async () => {
    await bench.close();
    await server.close();
  });
  return { server, bench };
}

/** `p0`, `p1`, ... */
export function prompts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `p${index}`);
}
