import { hash } from 'node:crypto';

import type { Vars } from '../../shared/contract/commands.ts';
import type { RunSettings, TaskEdit } from '../../shared/vocabulary.ts';
import { withEdit } from './requests.ts';

const FINGERPRINT_HEX_DIGITS = 32;

/** What of a run's settings decides the answers: where it is sent, the prompts, the model and its parameters. */
export function settingsFingerprint({ template, system, baseUrl, simulated, model, maxTokens, temperature }: RunSettings): string {
  return digest([template, system, baseUrl, simulated, model, maxTokens, temperature]);
}

/**
 * Names what is sent for a task: a hash (SHA-256, first 128 bits, in hex) of input, template, model and parameters, as
 * they are with what a person changed. Two attempts with the same fingerprint asked the same question; position in the
 * batch, id, timeouts and limits play no part in it.
 */
export function createFingerprints(settings: RunSettings): (task: { readonly vars: Vars; readonly edit: TaskEdit | null }) => string {
  const own = settingsFingerprint(settings);
  return ({ vars, edit }) => digest([edit === null ? own : settingsFingerprint(withEdit(settings, edit)), edit?.prompt ?? null, Object.entries(vars)]);
}

function digest(value: unknown): string {
  return hash('sha256', JSON.stringify(value)).slice(0, FINGERPRINT_HEX_DIGITS);
}
