import { readFileSync } from 'node:fs';
import { createOpenAiExecutor, type OpenAiExecutorOptions } from '../../electron/executors/openai-executor.ts';
import type { AttemptRequest } from '../../electron/executors/executor.ts';

/** What a child is told: one JSON argument. */
export interface ChildOrder {
  readonly options: OpenAiExecutorOptions;
  readonly request: AttemptRequest;
  /** How often the request is sent, all at once. */
  readonly count: number;
}

/** What a child prints when all attempts have ended. */
export interface ChildReport {
  readonly outcomes: readonly { readonly ok: boolean | 'aborted'; readonly code: string | null; readonly textCharacters: number; readonly textStart: string }[];
  /** Most memory that the process ever held, bytes. */
  readonly peakBytes: number;
}

const { options, request, count } = JSON.parse(process.argv[2] ?? '') as ChildOrder;
const executor = createOpenAiExecutor(options);
const observer = { firstToken: () => void process.stderr.write('first token\n'), delta: () => undefined };
const ended = Array.from({ length: count }, async () => {
  const outcome = await executor.send(request, new AbortController().signal, observer);
  const text = outcome.ok === true ? outcome.text : outcome.ok === false ? (outcome.partialText ?? '') : '';
  return { ok: outcome.ok, code: outcome.ok === false ? outcome.failure.code : null, textCharacters: text.length, textStart: text.slice(0, 200) };
});
/** What the system counts for a child holds the peak of its parent too; Linux knows better. */
function peakBytesOf(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  return Number(/^VmHWM:\s+(\d+) kB$/mu.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
}

const report: ChildReport = { outcomes: await Promise.all(ended), peakBytes: peakBytesOf() };
process.stdout.write(JSON.stringify(report));
await executor.close();
