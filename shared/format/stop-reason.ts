import type { FailureClass, LimitedBy, RunStatus, StopReason, TaskFlag, TaskStatus } from '../vocabulary.ts';

const STOP_SENTENCES = {
  user: 'Paused by you.',
  interrupted: 'Interrupted: Tasklane ended while the run was on; what was in flight may have been billed.',
  auth: 'The provider rejected the API key or denies access; check the key, then resume.',
  quota: 'The account at the provider is out of credit or quota; top it up, then resume.',
  tls: 'The secure connection to the provider failed; check the address and its certificate, then resume.',
  model_not_found: 'The provider does not know this model or the address is wrong; choose another model, then resume.',
  rate_limit: 'The provider keeps refusing for its rate limit; wait a while or lower the concurrency, then resume.',
  offline: 'The provider cannot be reached; check the network and the address, then resume.',
  provider_down: 'The provider answers with nothing but errors of its own; wait a while, then resume.',
  identical_failures: 'Five tasks in a row failed in the same way; look at the failures, fix the cause, then resume.',
  disk: 'The store cannot be written: the disk is full or read-only, or the store is damaged; allow writing or make room, then resume.',
  internal: 'Tasklane could not go on because of a fault of its own; nothing is lost, and you can resume.',
} as const satisfies Record<StopReason, string>;

/** One sentence for people: why a run stands still and what to do. Nothing that is left in the queue is lost. */
export function stopReasonSentence(reason: StopReason): string {
  return STOP_SENTENCES[reason];
}

const STOP_LABELS = {
  user: 'paused by you',
  interrupted: 'interrupted',
  auth: 'key rejected',
  quota: 'quota used up',
  tls: 'secure connection failed',
  model_not_found: 'model not found',
  rate_limit: 'rate limit',
  offline: 'offline',
  provider_down: 'provider down',
  identical_failures: 'five identical failures',
  disk: 'disk refuses',
  internal: 'fault of Tasklane',
} as const satisfies Record<StopReason, string>;

/** Two or three words for a stop reason, for chips and lists. */
export function stopReasonLabel(reason: StopReason): string {
  return STOP_LABELS[reason];
}

const FAILURE_TEXTS = {
  auth: { label: 'Key rejected', advice: 'Check the API key and what it may access, then retry.' },
  quota: { label: 'Quota used up', advice: 'Top up the account at the provider, then retry.' },
  rate_limit: { label: 'Rate limited', advice: 'Retry with a lower concurrency.' },
  server: { label: 'Server error', advice: 'The provider had trouble; retry later.' },
  network: { label: 'Connection lost', advice: 'Check the connection, then retry; what was sent may have been billed.' },
  timeout: { label: 'Timed out', advice: 'Raise the timeout or shorten the answer, then retry.' },
  tls: { label: 'Secure connection failed', advice: "Check the provider's address and certificate, then retry." },
  redirect: { label: 'Redirected', advice: 'The endpoint moved: put the new base URL into the settings, then retry.' },
  bad_request: { label: 'Request refused', advice: 'The provider does not accept this request: edit the prompt or the parameters, then retry.' },
  context_length: { label: 'Prompt too long', advice: 'Shorten the prompt or choose a model with a longer context; a plain retry fails again.' },
  invalid_response: { label: 'Unusable answer', advice: 'The answer was not what the API promises: check the base URL, then retry.' },
  stream_cut: { label: 'Answer cut off', advice: 'The stream ended early; the partial text is kept. Retry.' },
  schema: { label: 'Wrong structure', advice: 'The answer does not match the schema: edit the prompt or the schema, then retry.' },
  interrupted: { label: 'Interrupted', advice: 'Tasklane ended while this was in flight; a retry may be billed twice.' },
} as const satisfies Record<FailureClass, { readonly label: string; readonly advice: string }>;

/** A failure class as people read it: "Rate limited". */
export function failureLabel(failureClass: FailureClass): string {
  return FAILURE_TEXTS[failureClass].label;
}

/** One sentence on what to do about failures of a class. */
export function failureAdvice(failureClass: FailureClass): string {
  return FAILURE_TEXTS[failureClass].advice;
}

const FLAG_LABELS = {
  maybeBilledTwice: 'may have been billed twice',
  edited: 'sent with changed settings',
  cutShort: 'cut at the token limit',
  filtered: "held back in part by the provider's filter",
  unconfirmed: 'without a finish reason',
} as const satisfies Record<TaskFlag, string>;

/** What a flag says of a task's answer, to follow "3 answers" or to stand alone. */
export function flagLabel(flag: TaskFlag): string {
  return FLAG_LABELS[flag];
}

const TASK_LABELS = { queued: 'Queued', running: 'Running', completed: 'Completed', failed: 'Failed', cancelled: 'Cancelled' } as const satisfies Record<TaskStatus, string>;

/** A task's status as people read it. */
export function taskStatusLabel(status: TaskStatus): string {
  return TASK_LABELS[status];
}

const RUN_LABELS = { ready: 'Ready', running: 'Running', pausing: 'Pausing', paused: 'Paused', completed: 'Finished', cancelled: 'Cancelled' } as const satisfies Record<RunStatus, string>;

/** A run's status as people read it. */
export function runStatusLabel(status: RunStatus): string {
  return RUN_LABELS[status];
}

const LIMIT_LABELS = {
  setting: 'your setting',
  rate_limit: 'rate limit',
  provider: 'provider in trouble',
  backoff: 'waiting to retry',
  few_tasks: 'few tasks left',
  nothing: 'nothing',
} as const satisfies Record<LimitedBy, string>;

/** What holds throughput down, for the "limited by" chip. */
export function limitedByLabel(limitedBy: LimitedBy): string {
  return LIMIT_LABELS[limitedBy];
}
