import { useEffect } from 'react';
import { ChevronDown, ChevronUp, Pencil, RotateCcw, SkipForward, Square, X } from 'lucide-react';
import { Button, IconButton } from '../../components/Button.tsx';
import { FlagBadges } from '../../components/FlagBadges.tsx';
import { StatusLabel } from '../../components/StatusGlyph.tsx';
import { visibleText } from '../../components/visible-text.ts';
import { rowStatusAt } from '../../store/table-order.ts';
import { useApp, useBlocked } from '../../store/use-store.ts';
import { AnswerSection } from './AnswerSection.tsx';
import { AttemptsSection } from './AttemptsSection.tsx';
import { PromptSection } from './PromptSection.tsx';

function DrawerHeader({ index }: { readonly index: number }) {
  const status = useApp((state) => rowStatusAt(state.runState?.tasks ?? null, index));
  const customId = useApp((state) => state.task?.customId ?? state.digests.get(index)?.digest.customId ?? String(index + 1));
  const blocked = useBlocked();
  const stepTask = useApp((state) => state.stepTask);
  const closeTask = useApp((state) => state.closeTask);
  const cancelTasks = useApp((state) => state.cancelTasks);
  return (
    <header className="flex h-10 shrink-0 items-center gap-2 border-b border-border pr-2 pl-4 select-none">
      <h2 className="min-w-0 truncate font-mono text-small font-medium" title={customId}>
        {visibleText(customId)}
      </h2>
      <StatusLabel status={status} />
      <span className="flex-1" />
      {(status === 'queued' || status === 'running') && (
        <Button small icon={Square} disabled={blocked} aria-label="Cancel this task" onClick={() => void cancelTasks([index])}>
          Cancel
        </Button>
      )}
      <IconButton icon={ChevronUp} label="Task above" keys="K" onClick={() => stepTask(-1)} />
      <IconButton icon={ChevronDown} label="Task below" keys="J" onClick={() => stepTask(1)} />
      <IconButton icon={X} label="Close task" keys="Esc" onClick={closeTask} />
    </header>
  );
}

/** What can be done with a task that was given up, and what to know of its answer; nothing when there is neither. */
function StandingBar({ index }: { readonly index: number }) {
  const status = useApp((state) => rowStatusAt(state.runState?.tasks ?? null, index));
  const flags = useApp((state) => state.runState?.tasks.flags[index] ?? 0);
  const blocked = useBlocked();
  const retry = useApp((state) => state.retry);
  const skip = useApp((state) => state.skip);
  const openEdit = useApp((state) => state.openEdit);
  const ended = status === 'failed' || status === 'cancelled';
  if (!ended && flags === 0) return null;
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-border px-4 py-2 select-none">
      {ended && (
        <Button small icon={RotateCcw} disabled={blocked} onClick={() => void retry([index])}>
          Retry
        </Button>
      )}
      {ended && (
        <Button small icon={Pencil} disabled={blocked} onClick={() => void openEdit([index], 'prompt')}>
          Edit and retry
        </Button>
      )}
      {status === 'failed' && (
        <Button small icon={SkipForward} disabled={blocked} title="Gives this task up; its history is kept" onClick={() => void skip([index])}>
          Skip
        </Button>
      )}
      {flags !== 0 && <FlagBadges flags={flags} />}
    </div>
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
      <StandingBar index={index} />
      <div className="focus-inset min-h-0 flex-1 overflow-auto">
        <PromptSection index={index} />
        <AnswerSection index={index} />
        <AttemptsSection />
      </div>
    </aside>
  );
}
