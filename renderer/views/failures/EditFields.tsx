import type { ReactNode } from 'react';
import { MAX_TOKENS_LIMIT } from '../../../shared/vocabulary.ts';
import { Field, INPUT_LOOK, NumberField, TextField } from '../../components/fields.tsx';
import { SegmentedControl } from '../../components/SegmentedControl.tsx';
import { TemplateEditor } from '../../components/TemplateEditor.tsx';
import type { EditField, RetryEditing } from '../../store/retry-edit.ts';
import { useApp } from '../../store/use-store.ts';

/** Longest timeout in seconds: timers end at 2^31-1 ms. */
const TIMEOUT_MAX_S = 2_147_483;
const CANT_EMPTY = "The run's own can't be taken away, only changed.";

/** Marks a field, so that the sheet can begin at it. */
function At({ field, children }: { readonly field: EditField; readonly children: ReactNode }) {
  return <div data-field={field}>{children}</div>;
}

function PromptField({ editing }: { readonly editing: RetryEditing }) {
  const columns = useApp((state) => state.detail?.columns ?? []);
  const changeEdit = useApp((state) => state.changeEdit);
  const setEditMode = useApp((state) => state.setEditMode);
  const { form, mode, indices } = editing;
  return (
    <div className="flex flex-col gap-2">
      {indices.length === 1 && (
        <div>
          <SegmentedControl
            label="What to edit"
            value={mode}
            options={[
              ['prompt', 'This prompt'],
              ['template', 'The template'],
            ]}
            onValue={setEditMode}
          />
        </div>
      )}
      {mode === 'prompt' ? (
        <At field="prompt">
          <Field label="Prompt of this task">{(id) => <textarea id={id} rows={10} value={form.prompt} spellCheck={false} onChange={(event) => changeEdit({ prompt: event.target.value })} className={`${INPUT_LOOK} resize-y py-1.5 font-mono text-small leading-5`} />}</Field>
        </At>
      ) : (
        <At field="template">
          <TemplateEditor label="Prompt template" value={form.template} columns={columns} rows={7} chips onValue={(template) => changeEdit({ template })} />
        </At>
      )}
    </div>
  );
}

/** Everything that may be changed for tasks that are sent again. */
export function EditFields({ editing }: { readonly editing: RetryEditing }) {
  const columns = useApp((state) => state.detail?.columns ?? []);
  const changeEdit = useApp((state) => state.changeEdit);
  const { form, before } = editing;
  return (
    <div className="flex flex-col gap-5">
      <PromptField editing={editing} />
      <At field="system">
        <TemplateEditor label="System prompt" value={form.system} columns={columns} rows={2} chips={false} placeholder="None" onValue={(system) => changeEdit({ system })} />
      </At>
      <section aria-label="Model and parameters" className="grid grid-cols-2 gap-x-4 gap-y-3">
        <At field="model">
          <TextField label="Model" mono value={form.model} onValue={(model) => changeEdit({ model })} />
        </At>
        <At field="timeoutMs">
          <NumberField label="Timeout" unit="seconds" value={form.timeoutMs / 1000} min={1} max={TIMEOUT_MAX_S} whole={false} onValue={(value) => value !== null && changeEdit({ timeoutMs: Math.round(value * 1000) })} />
        </At>
        <At field="maxTokens">
          <NumberField label="Max tokens" value={form.maxTokens} min={1} max={MAX_TOKENS_LIMIT} {...(before.maxTokens === null ? { emptyText: 'Not sent' } : { help: CANT_EMPTY })} onValue={(maxTokens) => changeEdit({ maxTokens })} />
        </At>
        <At field="temperature">
          <NumberField label="Temperature" value={form.temperature} min={0} max={2} whole={false} {...(before.temperature === null ? { emptyText: 'Not sent' } : { help: CANT_EMPTY })} onValue={(temperature) => changeEdit({ temperature })} />
        </At>
      </section>
    </div>
  );
}
