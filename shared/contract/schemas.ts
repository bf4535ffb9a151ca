import { z } from 'zod';

import { CONCURRENCY_MAX, CONCURRENCY_MIN, MAX_TOKENS_LIMIT } from '../vocabulary.ts';
import type { CommandInput, CommandName } from './commands.ts';

const id = z.string().min(1).max(200);
const text = z.string().max(10_000_000);
const shortText = z.string().max(2000);
const empty = z.strictObject({});
const index = z.int().min(0);
const indices = z.array(index).max(1_000_000).readonly();
const fewIndices = z.array(index).max(200).readonly();
const concurrency = z.int().min(CONCURRENCY_MIN).max(CONCURRENCY_MAX);

const timeoutMs = z.int().min(1).max(2 ** 31 - 1);
const maxTokens = z.int().min(1).max(MAX_TOKENS_LIMIT);
const temperature = z.number().min(0).max(2);

const draft = z.strictObject({
  template: z.string().max(1_000_000),
  system: z.string().max(1_000_000),
  providerId: id,
  model: shortText,
  concurrency,
  maxAttempts: z.int().min(1).max(100),
  timeoutMs,
  maxTokens: maxTokens.nullable(),
  temperature: temperature.nullable(),
  stream: z.boolean(),
});

const edit = z.strictObject({
  prompt: text.min(1).nullable(),
  template: z.string().min(1).max(1_000_000).nullable(),
  system: z.string().max(1_000_000).nullable(),
  model: shortText.min(1).nullable(),
  maxTokens: maxTokens.nullable(),
  temperature: temperature.nullable(),
  timeoutMs: timeoutMs.nullable(),
});

const readOptions = z.strictObject({
  format: z.enum(['csv', 'tsv', 'jsonl', 'text']).nullable(),
  delimiter: z.string().length(1).nullable(),
  header: z.boolean().nullable(),
});
const sourceIds = z.array(id).min(1).max(10_000).readonly();
const runOnly = z.strictObject({ runId: id });

/** What each command accepts. Everything that comes from a page is parsed by these in the main process. */
export const commandSchemas = {
  'app.snapshot': empty,
  'app.configure': z.strictObject({ settings: z.strictObject({ resendInterrupted: z.enum(['once', 'ask']) }) }),
  'source.paste': z.strictObject({ text: z.string().min(1).max(100_000_000) }),
  'source.sample': empty,
  'source.preview': z.strictObject({ sourceIds, options: readOptions }),
  'batch.create': z.strictObject({ sourceIds, options: readOptions, name: shortText.nullable(), idColumn: z.string().nullable(), template: text.nullable(), acceptBadRows: z.boolean() }),
  'batch.get': z.strictObject({ batchId: id }),
  'batch.update': z.strictObject({ batchId: id, name: shortText.min(1).exactOptional(), draft: draft.exactOptional() }),
  'batch.remove': z.strictObject({ batchId: id }),
  'batch.rows': z.strictObject({ batchId: id, from: z.int().min(0), count: z.int().min(1).max(200) }),
  'run.start': z.strictObject({ batchId: id, limit: z.int().min(1).nullable() }),
  'run.pause': runOnly,
  'run.resume': runOnly,
  'run.cancel': runOnly,
  'run.setConcurrency': z.strictObject({ runId: id, concurrency }),
  'run.retry': z.strictObject({ runId: id, indices: indices.nullable(), edit: edit.nullable(), concurrency: concurrency.nullable() }),
  'run.skip': z.strictObject({ runId: id, indices: indices.nullable() }),
  'failure.groups': runOnly,
  'run.remove': runOnly,
  'run.snapshot': runOnly,
  'run.summary': runOnly,
  'run.list': empty,
  'task.digests': z.strictObject({ batchId: id, runId: id.nullable(), indices: fewIndices }),
  'task.detail': z.strictObject({ runId: id, index }),
  'task.find': z.strictObject({ batchId: id, runId: id.nullable(), text: shortText.min(1) }),
  'task.cancel': z.strictObject({ runId: id, indices }),
  'task.watch': z.strictObject({ watcher: id, runId: id, indices: fewIndices }),
  'provider.save': z.strictObject({ providerId: id.nullable(), name: shortText.min(1), baseUrl: shortText, model: shortText, key: shortText.nullable(), makeDefault: z.boolean() }),
  'provider.remove': z.strictObject({ providerId: id }),
  'provider.setDefault': z.strictObject({ providerId: id }),
  'provider.test': z.strictObject({ providerId: id.nullable(), baseUrl: shortText, key: shortText.nullable() }),
  'export.results': z.strictObject({ runId: id, targetId: id, format: z.enum(['csv', 'jsonl']), indices: indices.nullable() }),
  'export.failures': z.strictObject({ runId: id, targetId: id, indices: indices.nullable() }),
  'export.chart': z.strictObject({ targetId: id, encoding: z.enum(['utf8', 'base64']), data: z.string().max(64_000_000) }),
} satisfies { readonly [K in CommandName]: z.ZodType<CommandInput<K>> };

export function isCommandName(name: unknown): name is CommandName {
  return typeof name === 'string' && Object.hasOwn(commandSchemas, name);
}
