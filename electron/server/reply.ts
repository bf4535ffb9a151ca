import type { ServerResponse } from 'node:http';
import type { ErrorCode, ErrorInfo, Reply } from '../../shared/errors.ts';
import { toErrorInfo } from '../../shared/errors.ts';
import { toWire } from '../../shared/wire/wire.ts';
import { BodyError } from './body.ts';
import type { Refusal } from './gate.ts';

/** HTTP status of each error; the body says more. */
const STATUSES: Readonly<Record<ErrorCode, number>> = {
  usage: 400,
  unsupported: 501,
  file_not_found: 404,
  file_unreadable: 422,
  file_format: 422,
  row_invalid: 422,
  empty_input: 422,
  template_variable_missing: 422,
  template_syntax: 422,
  batch_not_found: 404,
  run_not_found: 404,
  task_not_found: 404,
  provider_not_found: 404,
  provider_url: 422,
  provider_unreachable: 502,
  key_rejected: 422,
  key_needed: 422,
  model_needed: 422,
  run_state: 409,
  source_unknown: 404,
  target_unknown: 404,
  target_unwritable: 422,
  port_taken: 409,
  store_locked: 503,
  store_corrupt: 500,
  store_newer: 500,
  store_network: 500,
  settings_changed: 409,
  store_failed: 500,
  command_unknown: 404,
  command_invalid: 400,
  forbidden: 403,
  internal: 500,
};

/** How long the rest of a body that nobody wants is read and thrown away, so that the sender gets to see the reply. */
const LINGER_MS = 2000;

export function sendReply(response: ServerResponse, reply: Reply<unknown>, status = reply.ok ? 200 : STATUSES[reply.error.code]): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const body = Buffer.from(toWire(reply));
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.byteLength });
  response.end(body);
  const { req: request } = response;
  if (request.complete) return;
  request.resume();
  const timer = setTimeout(() => request.destroy(), LINGER_MS);
  request.once('close', () => clearTimeout(timer));
}

export function sendError(response: ServerResponse, error: ErrorInfo, status?: number): void {
  sendReply(response, { ok: false, error }, status);
}

/** Turned away at the gate. */
export function sendRefusal(response: ServerResponse, { status, message }: Refusal): void {
  sendError(response, { code: 'forbidden', message, hint: 'Open the address that Tasklane printed in the terminal.' }, status);
}

export function sendThrown(response: ServerResponse, thrown: unknown): void {
  sendError(response, toErrorInfo(thrown), thrown instanceof BodyError ? thrown.status : undefined);
}
