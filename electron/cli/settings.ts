import { checkTemplate, templateVariables } from '../../shared/template/template.ts';
import { DEFAULTS, type RunSettings } from '../../shared/vocabulary.ts';
import type { Tasklane } from '../api/types.ts';
import { previewInputs, READ_OPTIONS } from './inputs.ts';
import type { CliIo } from './io.ts';
import { chooseKey } from './key-rule.ts';
import type { TaskOptions } from './options.ts';
import { chooseProvider, type ProviderChoice } from './provider-choice.ts';
import { chooseTemplate } from './template-choice.ts';

export interface PreparationInput {
  /** Absolute paths. */
  readonly files: readonly string[];
  readonly options: TaskOptions;
  readonly concurrency: number;
  /** Text of `--template` or of `--template-file`; null for none. */
  readonly template: string | null;
}

/** Checked input files and what their tasks are to be sent with. Nothing is stored yet. */
export interface PreparedTasks {
  readonly settings: RunSettings;
  /** Tasks that will be run: with `--limit` the first ones only. */
  readonly selectedCount: number;
  /** Name of the first file, without its ending. */
  readonly name: string;
  /** Puts the tasks into the store as a batch; `name` null takes the files' names. Returns its id. */
  createBatch(name: string | null): Promise<string>;
}

/**
 * Everything that comes before the first request: provider, model, key, input, template. What is wrong with any of
 * them is thrown before the store gets a batch. A key is held in memory, for its provider's origin only.
 */
export async function prepareTasks(tasklane: Tasklane, { files, options, concurrency, template: given }: PreparationInput, io: CliIo): Promise<PreparedTasks> {
  const { providers } = await tasklane.call('app.snapshot', {});
  const provider = chooseProvider({ provider: options.provider, baseUrl: options.baseUrl, model: options.model, apiKeyEnv: options.apiKeyEnv, env: io.env, known: providers });
  // Without a key too: this is where a forbidden address is refused.
  if (!provider.simulated) tasklane.setKey(provider.baseUrl, chooseKey(provider.baseUrl, options.apiKeyEnv ?? null, io.env));

  const acceptBadRows = options.skipBadRows === true;
  const { sourceIds, preview } = await previewInputs(tasklane, files, acceptBadRows, io);
  const template = chooseTemplate(given, preview.columns);
  const system = options.system ?? '';
  checkTemplate(system, preview.columns);
  const selectedCount = Math.min(options.limit ?? preview.rowCount, preview.rowCount);
  if (templateVariables(template).length === 0 && selectedCount > 1) io.stderr('The template has no {{column}}: every task gets the same prompt.\n');

  return {
    settings: settingsOf(options, provider, template, system, concurrency),
    selectedCount,
    name: (preview.files[0]?.name ?? 'batch').replace(/\.[A-Za-z0-9]{1,8}$/, ''),
    async createBatch(name) {
      const { batchId } = await tasklane.call('batch.create', { sourceIds, options: READ_OPTIONS, name, idColumn: preview.suggestedIdColumn, template, acceptBadRows });
      return batchId;
    },
  };
}

function settingsOf(options: TaskOptions, provider: ProviderChoice, template: string, system: string, concurrency: number): RunSettings {
  return {
    template,
    system,
    ...provider,
    concurrency,
    maxAttempts: options.maxAttempts ?? DEFAULTS.maxAttempts,
    timeoutMs: options.timeout ?? DEFAULTS.timeoutMs,
    maxTokens: options.maxTokens ?? null,
    temperature: options.temperature ?? null,
    stream: options.stream,
  };
}
