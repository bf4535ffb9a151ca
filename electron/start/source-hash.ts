import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const SOURCE_FOLDERS = ['electron', 'shared', 'renderer'];
const SOURCE_FILES = ['vite.config.ts', 'package.json', 'package-lock.json'];

/** Hash of all that goes into the build, by content: equal hashes mean that a build would give the same again. */
export async function sourceHash(projectDir: string): Promise<string> {
  const listed = await Promise.all(SOURCE_FOLDERS.map((folder) => readdir(join(projectDir, folder), { recursive: true, withFileTypes: true })));
  const inFolders = listed.flat().filter((entry) => entry.isFile() && !entry.name.endsWith('.md')).map((entry) => join(entry.parentPath, entry.name));
  const files = [...inFolders, ...SOURCE_FILES.map((file) => join(projectDir, file))].sort();
  const hash = createHash('sha256');
  for (const file of files) {
    const content = await readFile(file);
    hash.update(`${file.slice(projectDir.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
