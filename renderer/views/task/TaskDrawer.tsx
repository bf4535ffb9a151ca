import { useEffect } from 'react';
import { ChevronDown, ChevronUp, RotateCcw, Square, X } from 'lucide-react';
import { Button, IconButton } from '../../components/Button.tsx';
import { StatusLabel } from '../../components/StatusGlyph.tsx';
import { visibleText } from '../../components/visible-text.ts';
import { rowStatusAt } from '../../store/table-order.ts';
import { useApp } from '../../store/use-store.ts';
import { AnswerSection } from './AnswerSection.tsx';
import { AttemptsSection } from './AttemptsSection.tsx';
import { PromptSection } from './PromptSection.tsx';

function DrawerHeader({ index }: { readonly index: number }) {
  const status = useApp((state) => rowStatusAt(state.runState?.tasks ?? null, index));
  const customId = useApp((state) => state.task?.customId ?? state.digests.get(index)?.digest.customId ?? String(index + 1));
  const commanding = useApp((state) => state.commanding);
  const stepTask = useApp((state) => state.stepTask);
  const closeTask = useApp((state) => state.closeTask);
  const retry = useApp((state) => state.retry);
  const cancelTasks = useApp((state) => state.cancelTasks);
  return (
    <header className="flex h-10 shrink-0 items-center gap-2 border-b border-border pr-2 pl-4 select-none">
      <h2 className="min-w-0 truncate font-mono text-small font-medium" title={customId}>
        {visibleText(customId)}
      </h2>
      <StatusLabel status={status} />
      <span className="flex-1" />
      {(status === 'failed' || status === 'cancelled') && (
        <Button small icon={RotateCcw} disabled={commanding} onClick={() => void retry([index])}>
          Retry
        </Button>
      )}
      {(status === 'queued' || status === 'running') && (
        <Button small icon={Square} disabled={commanding} aria-label="Cancel this task" onClick={() => void cancelTasks([index])}>
          Cancel
        </Button>
      )}
      <IconButton icon={ChevronUp} label="Task above" keys="K" onClick={() => stepTask(-1)} />
      <IconButton icon={ChevronDown} label="Task below" keys="J" onClick={() => stepTask(1)} />
      <IconButton icon={X} label="Close task" keys="Esc" onClick={closeTask} />
    </header>
  );
}

/** One task in full: prompt, answer as it streams, and every attempt. */
export function TaskDrawer() {
  const index = useApp((state) => state.taskIndex);
  const closeTask = useApp((state) => state.closeTask);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented && document.querySelector('dialog[open], :popover-open') === null) closeTask();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [closeTask]);
  if (index === null) return null;
  return (
    <aside
      aria-label="Task"
      className="flex w-[clamp(340px,42%,560px)] shrink-0 flex-col border-l border-border bg-surface"
    >
      <DrawerHeader index={index} />
      <div className="focus-inset min-h-0 flex-1 overflow-auto">
        <PromptSection index={index} />
        <AnswerSection index={index} />
        <AttemptsSection />
      </div>
    </aside>
  );
}
