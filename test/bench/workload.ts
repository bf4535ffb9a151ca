import { writeFile } from 'node:fs/promises';
import path from 'node:path';

const FILLER = 'Answer in one short sentence, without a preamble. '.repeat(4).trim();

/** The prompt of a task, about 200 characters: the same for every contender. */
export function promptOf(index: number): string {
  return `Task ${index}: ${FILLER}`;
}

export function promptsOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => promptOf(index));
}

/** The same prompts as a file with the columns `id` and `prompt`. */
export async function writeTaskFile(dir: string, count: number): Promise<string> {
  const file = path.join(dir, `tasks-${count}.csv`);
  const rows = promptsOf(count).map((prompt, index) => `t${index},"${prompt}"`);
  await writeFile(file, `id,prompt\n${rows.join('\n')}\n`);
  return file;
}
