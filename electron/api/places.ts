import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import type { SourceRef, TargetRef } from '../../shared/contract/commands.ts';
import { TasklaneError } from '../../shared/errors.ts';

export interface Source {
  readonly path: string;
  readonly name: string;
}

/**
 * Files that the user gave and places that the user chose, each behind an opaque id: a page can name only what it was
 * given. Uploads and downloads live in a temporary folder of ours until they are dropped.
 */
export interface Places {
  addSource(filePath: string): Promise<SourceRef>;
  addText(name: string, text: string): Promise<SourceRef>;
  addUpload(name: string, content: AsyncIterable<Uint8Array>): Promise<SourceRef>;
  /** Throws `source_unknown`. */
  source(sourceId: string): Source;
  addTarget(filePath: string): TargetRef;
  addDownload(name: string): TargetRef;
  /** Throws `target_unknown`. */
  targetPath(targetId: string): string;
  takeDownload(targetId: string): { readonly path: string; readonly name: string } | null;
  dropDownload(targetId: string): Promise<void>;
  /** Deletes every temporary file. */
  clear(): Promise<void>;
}

export function createPlaces(temporaryDir: string): Places {
  const sources = new Map<string, Source>();
  const targets = new Map<string, { readonly path: string; readonly name: string; readonly temporary: boolean }>();

  const keep = (source: Source, sizeBytes: number): SourceRef => {
    const sourceId = randomUUID();
    sources.set(sourceId, source);
    return { sourceId, name: source.name, sizeBytes };
  };
  const temporaryPath = async (name: string): Promise<string> => {
    await mkdir(temporaryDir, { recursive: true, mode: 0o700 });
    return path.join(temporaryDir, `${randomUUID()}${safeEnding(name)}`);
  };

  return {
    async addSource(filePath) {
      const { size } = await describe(filePath);
      return keep({ path: filePath, name: path.basename(filePath) }, size);
    },
    async addText(name, text) {
      const file = await temporaryPath(name);
      await writeFile(file, text, { mode: 0o600 });
      return keep({ path: file, name }, Buffer.byteLength(text));
    },
    async addUpload(name, content) {
      const file = await temporaryPath(name);
      try {
        await pipeline(content, createWriteStream(file, { mode: 0o600, flags: 'wx' }));
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
      return keep({ path: file, name: path.basename(name.replaceAll('\\', '/')) }, (await stat(file)).size);
    },
    source(sourceId) {
      const source = sources.get(sourceId);
      if (!source) throw new TasklaneError('source_unknown', 'This file is not known (any more): Tasklane was started anew, or it was never chosen.', 'Open the file again.');
      return source;
    },
    addTarget(filePath) {
      const targetId = randomUUID();
      const name = path.basename(filePath);
      targets.set(targetId, { path: filePath, name, temporary: false });
      return { targetId, name };
    },
    addDownload(name) {
      const targetId = randomUUID();
      targets.set(targetId, { path: path.join(temporaryDir, `${targetId}${safeEnding(name)}`), name: path.basename(name.replaceAll('\\', '/')), temporary: true });
      return { targetId, name };
    },
    targetPath(targetId) {
      const target = targets.get(targetId);
      if (!target) throw new TasklaneError('target_unknown', 'No such place to save to was chosen.', 'Choose where to save again.');
      return target.path;
    },
    takeDownload(targetId) {
      const target = targets.get(targetId);
      return target?.temporary ? { path: target.path, name: target.name } : null;
    },
    async dropDownload(targetId) {
      const target = targets.get(targetId);
      if (!target?.temporary) return;
      targets.delete(targetId);
      await rm(target.path, { force: true });
    },
    async clear() {
      await rm(temporaryDir, { recursive: true, force: true });
    },
  };
}

async function describe(filePath: string): Promise<{ readonly size: number }> {
  try {
    return await stat(filePath);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new TasklaneError('file_not_found', `There is no file ${filePath}.`, 'Check the name and the folder.', { cause: error });
    throw new TasklaneError('file_unreadable', `${filePath} can't be read (${String(code)}).`, 'Check that you may read it.', { cause: error });
  }
}

function safeEnding(name: string): string {
  return /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? '';
}
