import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { RunSummary } from '../../shared/contract/summary.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import { createWorkplace, type Ended } from '../cli/tasklane.ts';
import type { Host, Outcome, RunRequest, ShownGroup } from './host.ts';

function outcomeOf({ stdout, stderr }: Ended): Outcome {
  if (stdout === '') throw new Error(`Expected one JSON object on stdout, got none:\n${stderr}`);
  const printed = JSON.parse(stdout) as RunSummary | { readonly error: ErrorInfo };
  return 'error' in printed ? { refused: printed.error } : { summary: printed };
}

function optionsOf({ template, baseUrl, key, concurrency }: RunRequest): readonly string[] {
  return [
    '--concurrency',
    String(concurrency),
    ...(template === null ? [] : ['--template', template]),
    ...(baseUrl === null ? [] : ['--base-url', baseUrl, '--model', 'test-model']),
    ...(key === null ? [] : ['--api-key-env', 'CONTRACT_KEY']),
  ];
}

const classOption = (failureClass: string | null): readonly string[] => (failureClass === null ? [] : ['--class', failureClass]);

/** Host 3, each command a process of its own, as a script uses it. */
export async function startTerminalHost(): Promise<Host> {
  const place = await createWorkplace();
  let count = 0;
  return {
    async run(request) {
      await place.write(request.fileName, request.content);
      const started = place.start(['run', request.fileName, ...optionsOf(request), '--json'], request.key === null ? {} : { CONTRACT_KEY: request.key });
      if (request.pauseWhen !== undefined) {
        await request.pauseWhen;
        started.child.kill('SIGINT');
      }
      return outcomeOf(await started.ended);
    },
    resume: async (runId) => outcomeOf(await place.run(['resume', runId, '--json'])),
    summary: async (runId) => outcomeOf(await place.run(['show', runId, '--json'])),
    async failures(runId) {
      const { stdout } = await place.run(['failures', runId, '--json']);
      const { groups } = JSON.parse(stdout) as { readonly groups: readonly ShownGroup[] };
      return groups.map(({ class: failureClass, code, message, count: tasks }) => ({ class: failureClass, code, message, count: tasks }));
    },
    retry: async ({ runId, failureClass, model }) => outcomeOf(await place.run(['retry', runId, ...classOption(failureClass), ...(model === undefined ? [] : ['--model', model]), '--json'])),
    async skip({ runId, failureClass }) {
      const { stdout } = await place.run(['skip', runId, ...classOption(failureClass), '--json']);
      return (JSON.parse(stdout) as { readonly count: number }).count;
    },
    async exportCsv(runId) {
      count += 1;
      const name = `results-${count}.csv`;
      const { exitCode, stderr } = await place.run(['export', runId, '--out', name]);
      if (exitCode !== 0) throw new Error(stderr);
      return readFile(path.join(place.folder, name), 'utf8');
    },
    close: () => place.remove(),
  };
}
