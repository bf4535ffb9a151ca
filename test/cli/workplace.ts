import { afterEach, beforeEach, vi } from 'vitest';

import type { RunSummary } from '../../shared/contract/summary.ts';
import { startOpenAiServer, type OpenAiServer, type OpenAiServerOptions } from '../fixtures/openai-server.ts';
import { createWorkplace, type Workplace } from './tasklane.ts';

/** `t1,question 1` and so on, with the columns `id` and `prompt`. */
export const tasksCsv = (count: number): string => `id,prompt\n${Array.from({ length: count }, (_, index) => `t${index + 1},question ${index + 1}\n`).join('')}`;

/** Options that send the tasks to this server. */
export const endpointOf = ({ baseUrl }: OpenAiServer): readonly string[] => ['--base-url', baseUrl, '--model', 'test-model'];

export const parseSummary = (text: string): RunSummary => JSON.parse(text) as RunSummary;

export interface WorkplaceOfTest {
  readonly place: Workplace;
  /** A foreign server that is closed after the test. */
  serve(options?: OpenAiServerOptions): Promise<OpenAiServer>;
}

/** A fresh workplace for each test of a file. */
export function workplaceForEach(): WorkplaceOfTest {
  let place: Workplace | null = null;
  const servers: OpenAiServer[] = [];
  // Each command is a process of its own, and machines are busy.
  vi.setConfig({ testTimeout: 180_000 });
  beforeEach(async () => {
    place = await createWorkplace();
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
    await place?.remove();
  });
  return {
    get place() {
      if (place === null) throw new Error('A workplace is there only within a test.');
      return place;
    },
    async serve(options) {
      const server = await startOpenAiServer(options);
      servers.push(server);
      return server;
    },
  };
}
