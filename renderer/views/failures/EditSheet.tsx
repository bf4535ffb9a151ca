import { RotateCcw } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { formatCount, formatCounted } from '../../../shared/format/format.ts';
import { Button } from '../../components/Button.tsx';
import { RenderedPrompt } from '../../components/RenderedPrompt.tsx';
import { Sheet } from '../../components/Sheet.tsx';
import { visibleText } from '../../components/visible-text.ts';
import { EDIT_FIELD_LABELS, changedFields, editProblem } from '../../store/retry-edit.ts';
import type { RetryEditing } from '../../store/retry-edit.ts';
import { inWords } from '../../store/run-changes.ts';
import { useApp, useBlocked } from '../../store/use-store.ts';
import { EditFields } from './EditFields.tsx';

function Preview({ editing }: { readonly editing: RetryEditing }) {
  const { form, mode, example, indices } = editing;
  return (
    <section aria-label="Preview" className="flex min-h-0 min-w-0 flex-1 flex-col border-l border-border bg-surface">
      <h3 className="flex h-9 shrink-0 items-center border-b border-border px-4 text-small font-medium text-secondary select-none">
        <span className="truncate">{`What is sent: ${visibleText(example.customId)}${indices.length > 1 ? `, the first of ${formatCount(indices.length)}` : ''}`}</span>
      </h3>
      <div className="min-h-0 flex-1 overflow-auto p-4">
        {form.system.trim() !== '' && (
          <div className="mb-4">
            <p className="mb-1 text-label text-muted">System</p>
            <RenderedPrompt template={form.system} vars={example.vars} />
            <p className="mt-4 text-label text-muted">User</p>
          </div>
        )}
        {mode === 'template' ? <RenderedPrompt template={form.template} vars={example.vars} /> : <pre dir="auto" className="font-mono text-small leading-5 break-words whitespace-pre-wrap select-text">{visibleText(form.prompt)}</pre>}
      </div>
    </section>
  );
}

/** Failed tasks sent again with another prompt, model or limit; one task may get a prompt written by hand. */
export function EditSheet({ editing }: { readonly editing: RetryEditing }) {
  const columns = useApp((state) => state.detail?.columns ?? []);
  const paused = useApp((state) => state.runState?.run.status === 'paused');
  const closeEdit = useApp((state) => state.closeEdit);
  const retryEdited = useApp((state) => state.retryEdited);
  const blocked = useBlocked();
  const fields = useRef<HTMLDivElement>(null);
  const { focus, mode, indices, mixed } = editing;
  const first = focus === 'prompt' || focus === 'template' ? mode : focus;
  const start = useRef(first);
  useEffect(() => {
    fields.current?.querySelector<HTMLElement>(`[data-field=${start.current}] :is(textarea, input)`)?.focus();
  }, []);
  const problem = editProblem(editing, columns);
  const changed = changedFields(editing).map((field) => EDIT_FIELD_LABELS[field]);
  return (
    <Sheet
      title={`Edit and retry ${formatCounted(indices.length, 'task')}`}
      onClose={closeEdit}
      size="w-[min(960px,calc(100vw-48px))] h-[min(680px,calc(100vh-48px))]"
      footer={
        <>
          <p aria-live="polite" className="min-w-0 flex-1 text-small text-secondary">
            {problem ?? `Changed: ${inWords(changed)}.`}
            {problem === null && paused && ' The run is paused; resume it to send them.'}
          </p>
          <Button onClick={closeEdit}>Go back</Button>
          <Button look="primary" icon={RotateCcw} disabled={problem !== null || blocked} onClick={() => void retryEdited()}>
            {`Retry ${formatCount(indices.length)} changed`}
          </Button>
        </>
      }
    >
      <div className="flex min-h-0 flex-1">
        <div ref={fields} className="flex min-h-0 w-[54%] flex-col gap-4 overflow-auto p-4">
          <p className="text-small text-secondary">
            Earlier attempts stay. What comes of this is marked “sent with changed settings”; the rest of the run keeps its own.
            {mixed && ' Some of these tasks were changed before: all of them get what is shown here.'}
          </p>
          <EditFields editing={editing} />
        </div>
        <Preview editing={editing} />
      </div>
    </Sheet>
  );
}
