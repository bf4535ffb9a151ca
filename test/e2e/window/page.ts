import type { Page } from '@playwright/test';
import type { Bridge } from '../../../shared/contract/bridge.ts';
import type { CommandInput, CommandName, CommandOutput } from '../../../shared/contract/commands.ts';
import type { ErrorInfo, Reply } from '../../../shared/errors.ts';

/** The page's global object, as far as these specs reach into it. */
export type PageScope = typeof globalThis & { readonly tasklane: Bridge };

/** The error that a hostile call is answered with; fails when it was obeyed. */
export function refusal(reply: Reply<unknown>): ErrorInfo {
  if (reply.ok) throw new Error(`Expected a refusal, got ${JSON.stringify(reply.value)}`);
  return reply.error;
}

/** A command as the screen would give it; throws its error. */
export async function command<K extends CommandName>(page: Page, name: K, input: CommandInput<K>): Promise<CommandOutput<K>> {
  const reply = await page.evaluate(([commandName, commandInput]) => (globalThis as PageScope).tasklane.call(commandName, commandInput), [name, input as unknown] as const);
  if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.error)}`);
  return reply.value as CommandOutput<K>;
}

/** Anything at all as a command. */
export function call(page: Page, name: unknown, input: unknown): Promise<Reply<unknown>> {
  return page.evaluate(([anyName, anyInput]) => (globalThis as PageScope).tasklane.call(anyName as never, anyInput), [name, input] as const);
}
