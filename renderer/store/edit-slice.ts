import { TASK_FLAGS } from '../../shared/vocabulary.ts';
import { beginEdit, editProblem, taskEditOf } from './retry-edit.ts';
import type { EditField, EditForm, RetryEditing } from './retry-edit.ts';
import type { Services } from './services.ts';
import type { GetState, SetState } from './state.ts';

export interface EditSlice {
  /** The sheet "Edit and retry"; null when it is closed. */
  readonly editing: RetryEditing | null;
  /** Opens the sheet for these failed tasks, at one of its fields. */
  readonly openEdit: (indices: readonly number[], focus: EditField) => Promise<void>;
  readonly changeEdit: (form: Partial<EditForm>) => void;
  /** One task: whether its prompt is written by hand or made of the template. */
  readonly setEditMode: (mode: RetryEditing['mode']) => void;
  readonly closeEdit: () => void;
  /** Sends the tasks again with what was changed; the sheet stays open when that is refused. */
  readonly retryEdited: () => Promise<void>;
}

export function createEditSlice(set: SetState, get: GetState, services: Services): EditSlice {
  const { client } = services;
  return {
    editing: null,
    async openEdit(indices, focus) {
      const { runState, detail } = get();
      const first = indices[0];
      if (runState === null || detail === null || first === undefined) return;
      const { run, tasks } = runState;
      await get().attempt(async () => {
        const task = await client.call('task.detail', { runId: run.runId, index: first });
        if (get().runState?.run.runId !== run.runId) return;
        const mixed = indices.some((index) => ((tasks.flags[index] ?? 0) & TASK_FLAGS.edited) !== 0);
        set({ editing: beginEdit(run.settings, task, detail.columns, { indices, focus, mixed }) });
      });
    },
    changeEdit(form) {
      const { editing } = get();
      if (editing !== null) set({ editing: { ...editing, form: { ...editing.form, ...form } } });
    },
    setEditMode(mode) {
      const { editing } = get();
      if (editing !== null && editing.indices.length === 1) set({ editing: { ...editing, mode } });
    },
    closeEdit: () => set({ editing: null }),
    async retryEdited() {
      const { editing, detail } = get();
      if (editing === null || detail === null || editProblem(editing, detail.columns) !== null) return;
      const edit = taskEditOf(editing);
      if (edit !== null && (await get().retry(editing.indices, { edit }))) set({ editing: null });
    },
  };
}
