import { useEffect } from 'react';
import { ChevronLeft, ChevronRight, Lock } from 'lucide-react';
import { formatCount } from '../../../shared/format/format.ts';
import { IconButton } from '../../components/Button.tsx';
import { RenderedPrompt } from '../../components/RenderedPrompt.tsx';
import { TemplateEditor } from '../../components/TemplateEditor.tsx';
import { isFinished } from '../../store/run-text.ts';
import { useApp } from '../../store/use-store.ts';
import { ParametersForm } from './ParametersForm.tsx';

function Preview() {
  const row = useApp((state) => state.previewRow);
  const draft = useApp((state) => state.draft);
  const taskCount = useApp((state) => state.detail?.taskCount ?? 0);
  const loaded = useApp((state) => state.detail !== null);
  const showPreviewRow = useApp((state) => state.showPreviewRow);
  useEffect(() => {
    if (loaded && row === null) void showPreviewRow(0);
  }, [loaded, row, showPreviewRow]);
  const index = row?.index ?? 0;
  return (
    <section aria-label="Preview" className="flex min-h-0 min-w-0 flex-1 flex-col border-l border-border bg-surface">
      <div className="flex h-10 shrink-0 items-center gap-1 border-b border-border pr-2 pl-4 select-none">
        <h3 className="flex-1 truncate text-small font-medium text-secondary">{`Preview: row ${formatCount(index + 1)} of ${formatCount(taskCount)}`}</h3>
        <IconButton icon={ChevronLeft} label="Previous row" disabled={index === 0} onClick={() => void showPreviewRow(index - 1)} />
        <IconButton icon={ChevronRight} label="Next row" disabled={index + 1 >= taskCount} onClick={() => void showPreviewRow(index + 1)} />
      </div>
      <div className="min-h-0 flex-1 overflow-auto p-4">
        {draft !== null && draft.system.trim() !== '' && (
          <div className="mb-4">
            <p className="mb-1 text-label text-muted">System</p>
            <RenderedPrompt template={draft.system} vars={row?.vars ?? null} />
          </div>
        )}
        {draft !== null && draft.system.trim() !== '' && <p className="mb-1 text-label text-muted">User</p>}
        {draft !== null && <RenderedPrompt template={draft.template} vars={row?.vars ?? null} />}
      </div>
    </section>
  );
}

/** What is sent: prompt template, system prompt, model and parameters, with a live preview of any row. */
export function PromptTab() {
  const draft = useApp((state) => state.draft);
  const columns = useApp((state) => state.detail?.columns ?? []);
  const editDraft = useApp((state) => state.editDraft);
  const runOn = useApp((state) => state.runState !== null && !isFinished(state.runState.run));
  const readOnly = useApp((state) => state.isReadOnly);
  if (draft === null) return null;
  return (
    <div className="flex min-h-0 flex-1">
      <fieldset disabled={readOnly} className="flex min-h-0 w-[52%] min-w-0 flex-col gap-5 overflow-auto p-4">
        {runOn && (
          <p className="flex items-center gap-2 text-small text-secondary">
            <Lock aria-hidden size={13} strokeWidth={1.75} />
            The run that is on keeps what it was started with; changes apply to the next run.
          </p>
        )}
        <TemplateEditor label="Prompt template" value={draft.template} columns={columns} rows={9} chips placeholder="Write the prompt, and insert columns with {{name}}" onValue={(template) => editDraft({ template })} />
        <TemplateEditor label="System prompt" value={draft.system} columns={columns} rows={3} chips={false} placeholder="None" onValue={(system) => editDraft({ system })} />
        <ParametersForm draft={draft} />
      </fieldset>
      <Preview />
    </div>
  );
}
