import type { RunSummary } from '../../shared/contract/summary.ts';
import { TasklaneError, toErrorInfo } from '../../shared/errors.ts';
import { formatCounted } from '../../shared/format/format.ts';
import { tellsOfStoreDamage } from '../../shared/format/store-damage.ts';
import type { Tasklane } from '../api/types.ts';
import type { CommandContext } from './context.ts';
import { escapeForTerminal, escapeLines, jsonLine } from './escape.ts';
import { CommandFailure, EXIT, exitCodeOfRun } from './exit-code.ts';
import { failureExamples } from './failure-examples.ts';
import type { Followed } from './follow.ts';
import { resumeCommand, type DataOptions } from './options.ts';
import type { Out } from './outs.ts';
import { summaryText, type Standstill } from './summary-text.ts';

/** Writes the results of a run to every file. Throws what writing throws, with a hint on how to try again. */
export async function writeOuts(tasklane: Tasklane, runId: string, outs: readonly Out[]): Promise<readonly { readonly file: string; readonly rows: number; readonly sizeBytes: number }[]> {
  const written: { file: string; rows: number; sizeBytes: number }[] = [];
  for (const out of outs) {
    try {
      const { targetId } = tasklane.addTarget(out.path);
      const result = await tasklane.call('export.results', { runId, targetId, format: out.format, indices: null });
      written.push({ file: out.path, ...result });
    } catch (error) {
      const { code, message } = toErrorInfo(error);
      throw new TasklaneError(code, `--out ${out.name}: ${message}`, `The results of run ${runId} are kept; write them elsewhere with \`tasklane export ${runId} --out FILE\`.`, { cause: error });
    }
  }
  return written;
}

/** `writeOuts`, with a line on stderr for each file. */
export async function reportOuts(tasklane: Tasklane, runId: string, outs: readonly Out[], { io }: CommandContext): Promise<void> {
  for (const { file, rows } of await writeOuts(tasklane, runId, outs)) io.stderr(`Wrote ${formatCounted(rows, 'row')} to ${escapeForTerminal(file)}\n`);
}

/**
 * One JSON object, or the summary for people with the first failures. `tasklane` null: the store is closed.
 * @param standstill for people, why the run stands still; null where that was said already.
 */
export async function printSummary(tasklane: Tasklane | null, summary: RunSummary, json: boolean, { io }: CommandContext, standstill: Standstill | null = null): Promise<void> {
  if (json) io.stdout(jsonLine(summary));
  else io.stdout(`${summaryText(summary, standstill)}${tasklane === null ? '' : await failureExamples(tasklane, summary)}`);
}

/** What `run`, `resume` and `retry` do once the run stands still: results to their files, the summary, the exit code. */
export async function finishRun(tasklane: Tasklane, followed: Followed, outs: readonly Out[], options: DataOptions, context: CommandContext): Promise<void> {
  const { summary } = followed;
  const json = options.json === true;
  const { io } = context;
  if (followed.stopMessage !== null) io.stderr(`Stopped: ${escapeLines(followed.stopMessage)}\n`);
  if (followed.aborted && outs.length > 0) io.stderr(`No results were written; \`tasklane export ${summary.runId} --out FILE\` writes what is there.\n`);
  if (!followed.aborted) {
    try {
      await reportOuts(tasklane, summary.runId, outs, context);
    } catch (error) {
      // Under --json the error is the one object that is printed.
      if (!json) await printSummary(tasklane, summary, json, context);
      // That the run was stopped is what a script has to know first; the same disk may be full for both.
      const exitCode = exitCodeOfRun(summary);
      if (exitCode !== EXIT.stopped || !(error instanceof TasklaneError)) throw error;
      io.stderr(`\`${resumeCommand(summary.runId, options)}\` goes on from here.\n`);
      throw new CommandFailure(exitCode, error);
    }
  }
  // A damaged store says itself what to do: the next start begins with an empty one.
  if (summary.status === 'paused' && !tellsOfStoreDamage(followed.stopMessage)) io.stderr(`\`${resumeCommand(summary.runId, options)}\` goes on from here.\n`);
  await printSummary(followed.aborted ? null : tasklane, summary, json, context);
  context.exitWith(followed.aborted ? EXIT.interrupted : exitCodeOfRun(summary));
}
