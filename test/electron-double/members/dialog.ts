import { needReady, record } from '../record.ts';

export type DialogKind = 'showOpenDialog' | 'showSaveDialog' | 'showMessageBox';

/** What the next dialogs of each kind will answer; without an answer the user cancels. */
const answers = new Map<DialogKind, unknown[]>();

export function answerNext(kind: DialogKind, answer: unknown): void {
  answers.set(kind, [...(answers.get(kind) ?? []), answer]);
}

async function show(kind: DialogKind, values: readonly unknown[], cancelled: unknown): Promise<unknown> {
  needReady(`dialog.${kind}`);
  record(`dialog.${kind}`, values.at(-1));
  // A dialog never answers in the same turn.
  await Promise.resolve();
  return answers.get(kind)?.shift() ?? cancelled;
}

/** Each takes the window first or not at all, as in Electron. */
export const dialog = {
  showOpenDialog: (...values: readonly unknown[]) => show('showOpenDialog', values, { canceled: true, filePaths: [] }),
  showSaveDialog: (...values: readonly unknown[]) => show('showSaveDialog', values, { canceled: true, filePath: '' }),
  showMessageBox: (...values: readonly unknown[]) => show('showMessageBox', values, { response: (values.at(-1) as { readonly cancelId?: number }).cancelId ?? 0, checkboxChecked: false }),
  showErrorBox(title: string, content: string): void {
    record('dialog.showErrorBox', title, content);
    // The process mostly ends right after, and can't be asked any more.
    process.stderr.write(`[error box] ${title}: ${content}\n`);
  },
};
