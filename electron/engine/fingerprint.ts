import { hash } from 'node:crypto';

import type { Vars } from '../../shared/contract/commands.ts';
import type { RunSettings, TaskEdit } from '../../shared/vocabulary.ts';

const FINGERPRINT_HEX_DIGITS = 32;

/** What of a run's settings decides the answers: where it is sent, the prompts, the model and its parameters. */
export function settingsFingerprint({ template, system, baseUrl, simulated, model, maxTokens, temperature }: RunSettings): string {
  return digest([template, system, baseUrl, simulated, model, maxTokens, temperature]);
}

/**
 * Names what is sent for a task: a hash (SHA-256, first 128 bits, in hex) of input, template, model and parameters. Two
 * attempts with the same fingerprint asked the same question; position in the batch plays no part in it.
 */
export function taskFingerprint(ofSettings: string, vars: Vars, edit: TaskEdit | null): string {
  return digest([ofSettings, Object.entries(vars), edit]);
}

function digest(value: unknown): string {
  return hash('sha256', JSON.stringify(value)).slice(0, FINGERPRINT_HEX_DIGITS);
}
