import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

const FILLER = 'Answer in one short sentence, without a preamble. '.repeat(4).trim();
/** With what a reader of CSV has to look at: commas, doubled quotes, a line end within the value. */
const MATERIAL = 'The customer wrote, on Monday: ""it doesn\'t start"".\nShe asks for a new one, or for her money. ';

/** The prompt of a task, about 200 characters: the same for every contender. */
export function promptOf(index: number): string {
  return `Task ${index}: ${FILLER}`;
}

export function promptsOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => promptOf(index));
}

export interface TaskFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly taskCount: number;
}

/** The same prompts as a file with the columns `id` and `prompt`. */
export async function writeTaskFile(dir: string, count: number): Promise<string> {
  const file = path.join(dir, `tasks-${count}.csv`);
  await writeFile(file, taskLines(count, 0));
  return file;
}

/** Such a file of about `sizeBytes` whose prompts go on with a text of `materialBytes`, as tasks over documents do. */
export async function writeLargeTaskFile(dir: string, sizeBytes: number, materialBytes: number): Promise<TaskFile> {
  const [, sample = ''] = taskLines(1, materialBytes);
  const taskCount = Math.ceil(sizeBytes / sample.length);
  const file = path.join(dir, `tasks-of-${sample.length}-bytes.csv`);
  await writeFile(file, taskLines(taskCount, materialBytes));
  return { path: file, sizeBytes: (await stat(file)).size, taskCount };
}

const LINES_AT_ONCE = 1000;

/** In pieces: a million tasks are 200 MB. */
function* taskLines(count: number, materialBytes: number): Generator<string> {
  const material = materialBytes === 0 ? '' : ` ${MATERIAL.repeat(Math.ceil(materialBytes / MATERIAL.length)).slice(0, materialBytes)}`;
  yield 'id,prompt\n';
  for (let start = 0; start < count; start += LINES_AT_ONCE) {
    const length = Math.min(LINES_AT_ONCE, count - start);
    yield Array.from({ length }, (_, offset) => `t${start + offset},"${promptOf(start + offset)}${material}"\n`).join('');
  }
}
