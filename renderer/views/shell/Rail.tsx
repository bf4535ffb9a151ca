import { CircleHelp, Plus, Settings } from 'lucide-react';
import { IconButton } from '../../components/Button.tsx';
import { classNames } from '../../components/class-names.ts';
import type { BatchListItem } from '../../../shared/contract/commands.ts';
import { formatCount, formatCounted, formatFraction } from '../../../shared/format/format.ts';
import { runStatusLabel, stopReasonLabel } from '../../../shared/format/stop-reason.ts';
import type { RunHeader } from '../../../shared/vocabulary.ts';
import { finishedFraction, isFinished, isLive } from '../../store/run-text.ts';
import { useApp } from '../../store/use-store.ts';

function dotOf(run: RunHeader | null): { readonly tone: string; readonly text: string } {
  if (run === null) return { tone: 'border border-control', text: 'not run' };
  if (isLive(run)) return { tone: 'bg-accent', text: formatFraction(finishedFraction(run)) };
  if (run.status === 'paused') return { tone: 'bg-warn', text: run.stopReason === null || run.stopReason === 'user' ? 'paused' : stopReasonLabel(run.stopReason) };
  if (run.failed > 0) return { tone: 'bg-error', text: `${formatCount(run.failed)} failed` };
  return { tone: run.status === 'completed' ? 'bg-ok' : 'bg-control', text: runStatusLabel(run.status).toLowerCase() };
}

function BatchEntry({ batch, current }: { readonly batch: BatchListItem; readonly current: boolean }) {
  const selectBatch = useApp((state) => state.selectBatch);
  const { tone, text } = dotOf(batch.latestRun);
  const trial = batch.latestRun !== null && isFinished(batch.latestRun) && batch.latestRun.total < batch.taskCount;
  return (
    <li>
      <button
        type="button"
        aria-current={current ? 'page' : undefined}
        title={batch.name}
        aria-label={`${batch.name}, ${formatCounted(batch.taskCount, 'task')}, ${text}`}
        onClick={() => void selectBatch(batch.batchId)}
        className={classNames('focus-inset flex w-full items-start gap-2.5 rounded px-2 py-1.5 text-left transition-colors', current ? 'bg-raised' : 'hover:bg-raised/70')}
      >
        <span aria-hidden className={classNames('mt-[7px] size-1.5 shrink-0 rounded-full', tone, batch.latestRun !== null && isLive(batch.latestRun) && 'shadow-[0_0_0_3px_color-mix(in_srgb,var(--accent)_22%,transparent)]')} />
        <span className="min-w-0 flex-1">
          <span className={classNames('block truncate', current && 'font-medium')}>{batch.name}</span>
          <span className="block truncate text-label text-muted">{`${formatCount(batch.taskCount)} · ${trial ? 'trial done' : text}`}</span>
        </span>
      </button>
    </li>
  );
}

/** The left rail: all batches with what they are doing, and the way to settings and help. */
export function Rail() {
  const batches = useApp((state) => state.batches);
  const batchId = useApp((state) => state.batchId);
  const importChosen = useApp((state) => state.importChosen);
  const openDialog = useApp((state) => state.openDialog);
  const selectBatch = useApp((state) => state.selectBatch);
  const readOnly = useApp((state) => state.isReadOnly);
  const bottom = 'focus-inset flex h-7 w-full items-center gap-2 rounded px-2 text-left text-secondary transition-colors hover:bg-raised hover:text-text';
  return (
    <nav aria-label="Batches" className="flex w-44 shrink-0 flex-col border-r border-border bg-surface select-none lg:w-52">
      <div className="flex h-12 shrink-0 items-center justify-between pr-2 pl-4">
        <button type="button" onClick={() => void selectBatch(null)} className="rounded text-title font-semibold" title="Start page">
          Tasklane
        </button>
        <IconButton icon={Plus} label="New batch" keys="Ctrl+O" disabled={readOnly} onClick={() => void importChosen()} />
      </div>
      <div className="min-h-0 flex-1 overflow-auto px-2 pb-2">
        <h2 className="px-2 pt-1 pb-1.5 text-label text-muted">Batches</h2>
        {batches.length === 0 && <p className="px-2 text-small text-muted">None yet.</p>}
        <ul className="flex flex-col gap-0.5">
          {batches.map((batch) => (
            <BatchEntry key={batch.batchId} batch={batch} current={batch.batchId === batchId} />
          ))}
        </ul>
      </div>
      <div className="flex shrink-0 flex-col gap-0.5 border-t border-border p-2">
        <button type="button" className={bottom} onClick={() => openDialog('settings')}>
          <Settings aria-hidden size={14} strokeWidth={1.75} />
          Settings
        </button>
        <button type="button" className={bottom} onClick={() => openDialog('help')}>
          <CircleHelp aria-hidden size={14} strokeWidth={1.75} />
          <span className="flex-1">Keyboard</span>
          <kbd className="font-sans text-label text-muted">?</kbd>
        </button>
      </div>
    </nav>
  );
}
