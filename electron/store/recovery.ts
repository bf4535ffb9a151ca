import type { DatabaseSync } from 'node:sqlite';

import { ATTEMPT_FAILED, TOKEN_COUNT_MAX } from '../../shared/contract/columns.ts';
import { formatCounted } from '../../shared/format/format.ts';
import { FAILURE_CLASSES, TASK_FLAGS, TASK_STATUSES, type AppSettings, type Failure, type RunInterruption } from '../../shared/vocabulary.ts';
import { transact } from './transaction.ts';

const INTERRUPTED: Failure = {
  class: 'interrupted',
  httpStatus: null,
  code: null,
  message: 'The program ended while this attempt was in flight; the provider may have billed it.',
  maybeBilled: true,
  retryAfterMs: null,
  shouldRetry: null,
};

/**
 * After a crash: runs that were on become paused with the reason `interrupted`. A task that was in flight goes back to
 * the queue once, flagged, since it is sent again; interrupted a second time, or where the settings say to ask first, it is
 * parked with the failures, so that it is never sent a third time unasked. Counters are counted anew from the rows, which are the truth.
 */
export function recoverInterruptedRuns(db: DatabaseSync, resend: AppSettings['resendInterrupted']): void {
  const status = (name: (typeof TASK_STATUSES)[number]): number => TASK_STATUSES.indexOf(name);
  const failure = JSON.stringify(INTERRUPTED);
  const outcome = ATTEMPT_FAILED + FAILURE_CLASSES.indexOf('interrupted');
  for (const { key } of db.prepare("SELECT key FROM runs WHERE status IN ('running', 'pausing')").all()) {
    const runKey = Number(key);
    transact(db, () => {
      db.prepare('UPDATE attempts SET outcome = ?, failure = ? WHERE run_key = ? AND outcome = 0').run(outcome, failure, runKey);
      // Billed twice is what was sent twice: what was interrupted before, and what goes out again.
      const change = `UPDATE run_tasks SET status = ?, failure = ?, interruptions = interruptions + 1, flags = CASE WHEN ? OR interruptions > 0 THEN flags | ${TASK_FLAGS.maybeBilledTwice} ELSE flags END
        WHERE run_key = ? AND status = ?`;
      const parked = Number(db.prepare(`${change} AND interruptions >= ?`).run(status('failed'), failure, 0, runKey, status('running'), resend === 'ask' ? 0 : 1).changes);
      const queued = Number(db.prepare(change).run(status('queued'), failure, 1, runKey, status('running')).changes);
      recount(db, runKey);
      db.prepare("UPDATE runs SET status = 'paused', stop_reason = 'interrupted', stop_message = ?, interruption = ? WHERE key = ?").run(
        interruptionSentence(queued, parked),
        JSON.stringify({ inFlight: queued + parked, parked } satisfies RunInterruption),
        runKey,
      );
    });
  }
}

/** What was in flight, and what becomes of it; nothing of that where nothing was. */
function interruptionSentence(queued: number, parked: number): string {
  const told = ['Tasklane ended while this run was on; nothing that was answered is lost.'];
  if (queued > 0) told.push(`${formatCounted(queued, 'task')} in flight may have been billed and ${queued === 1 ? 'goes' : 'go'} out once more when you resume.`);
  if (parked > 0) told.push(`${formatCounted(parked, 'task')} in flight may have been billed and ${parked === 1 ? 'stands' : 'stand'} among the failures: retry what you want sent again.`);
  return told.join(' ');
}

/** As a running header counts: nothing that is no count, and no sum that can't be read back. */
function sumOf(column: 'input_tokens' | 'output_tokens'): string {
  return `(SELECT min(coalesce(sum(${column}), 0), ${Number.MAX_SAFE_INTEGER}) FROM attempts WHERE run_key = runs.key AND ${column} BETWEEN 0 AND ${TOKEN_COUNT_MAX})`;
}

function recount(db: DatabaseSync, runKey: number): void {
  db.prepare(
    `UPDATE runs SET
      completed = (SELECT count(*) FROM run_tasks WHERE run_key = runs.key AND status = 2),
      failed = (SELECT count(*) FROM run_tasks WHERE run_key = runs.key AND status = 3),
      cancelled = (SELECT count(*) FROM run_tasks WHERE run_key = runs.key AND status = 4),
      input_tokens = ${sumOf('input_tokens')},
      output_tokens = ${sumOf('output_tokens')},
      attempts = (SELECT count(*) FROM attempts WHERE run_key = runs.key),
      retries = (SELECT count(*) FROM attempts WHERE run_key = runs.key AND number > 1),
      first_sent_ms = (SELECT min(sent_ms) FROM attempts WHERE run_key = runs.key),
      last_finished_ms = (SELECT max(finished_ms) FROM attempts WHERE run_key = runs.key),
      active_ms = max(active_ms, (SELECT coalesce(max(max(sent_ms, coalesce(finished_ms, 0))), 0) FROM attempts WHERE run_key = runs.key))
     WHERE key = ?`,
  ).run(runKey);
}
