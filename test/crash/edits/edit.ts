/**
 * One change of a product file's source, made while a life of the program loads it; the file itself is never touched.
 * `find` must stand in it exactly once: a product that has changed stops the harness instead of quietly escaping it.
 */
export interface Edit {
  /** From the project's folder, e.g. `electron/store/journal.ts`. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

/** The source with its edits, in their order. Throws when an anchor is not found exactly once. */
export function applyEdits(file: string, source: string, edits: readonly Edit[]): string {
  let text = source;
  for (const edit of edits) {
    if (edit.file !== file) continue;
    const parts = text.split(edit.find);
    if (parts.length !== 2) throw new Error(`test/crash: expected the anchor exactly once in ${file}, found it ${parts.length - 1} times: ${edit.find}\nThe product has changed: give the failpoint or fault another anchor.`);
    text = parts.join(edit.put);
  }
  return text;
}
