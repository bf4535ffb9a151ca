import { formatCount, formatCounted } from '../../../shared/format/format.ts';
import { Confirm } from '../../components/Sheet.tsx';
import { useApp } from '../../store/use-store.ts';
import { isInterrupted } from '../../store/interrupted.ts';
import { EditSheet } from '../failures/EditSheet.tsx';
import { SettingsSheet } from '../settings/SettingsSheet.tsx';
import { HelpSheet } from './HelpSheet.tsx';
import { Palette } from './Palette.tsx';

function CancelRun({ onClose }: { readonly onClose: () => void }) {
  const run = useApp((state) => state.runState?.run ?? null);
  const cancelRun = useApp((state) => state.cancelRun);
  if (run === null) return null;
  const left = run.queued + run.running;
  if (isInterrupted(run)) {
    const kept = run.failed > 0 ? ` The ${formatCount(run.failed)} failed stay with the failures.` : '';
    return <Confirm title="Discard what is left of this run?" sentence={`${formatCounted(left, 'task')} will not be sent. The ${formatCount(run.completed)} finished answers are kept.${kept}`} action="Discard" danger onConfirm={() => void cancelRun()} onClose={onClose} />;
  }
  const flying = run.running > 0 ? ` The ${formatCount(run.running)} in flight are aborted and may still be billed.` : '';
  return <Confirm title="Cancel this run?" sentence={`${formatCounted(left, 'task')} will not be sent.${flying} The ${formatCount(run.completed)} finished answers are kept.`} action="Cancel the run" danger onConfirm={() => void cancelRun()} onClose={onClose} />;
}

function StartAgain({ onClose }: { readonly onClose: () => void }) {
  const taskCount = useApp((state) => state.detail?.taskCount ?? 0);
  const start = useApp((state) => state.start);
  return <Confirm title="Run everything again?" sentence={`This sends all ${formatCounted(taskCount, 'task')} in a new run. The earlier run and its answers are kept.`} action={`Run all ${formatCount(taskCount)}`} onConfirm={() => void start(null)} onClose={onClose} />;
}

function RemoveBatch({ onClose }: { readonly onClose: () => void }) {
  const detail = useApp((state) => state.detail);
  const removeBatch = useApp((state) => state.removeBatch);
  if (detail === null) return null;
  return <Confirm title={`Delete “${detail.name}”?`} sentence={`Its ${formatCounted(detail.taskCount, 'task')}, ${formatCounted(detail.runs.length, 'run')} and all their answers are removed from this computer. Your original files are not touched. This can't be undone.`} action="Delete" danger onConfirm={() => void removeBatch(detail.batchId)} onClose={onClose} />;
}

/** The sheet that is open, if any. */
export function Dialogs() {
  const dialog = useApp((state) => state.dialog);
  const editing = useApp((state) => state.editing);
  const onClose = useApp((state) => state.closeDialog);
  if (dialog === null && editing !== null) return <EditSheet editing={editing} />;
  switch (dialog) {
    case 'settings':
      return <SettingsSheet onClose={onClose} />;
    case 'help':
      return <HelpSheet onClose={onClose} />;
    case 'palette':
      return <Palette onClose={onClose} />;
    case 'cancelRun':
      return <CancelRun onClose={onClose} />;
    case 'startAgain':
      return <StartAgain onClose={onClose} />;
    case 'removeBatch':
      return <RemoveBatch onClose={onClose} />;
    default:
      return null;
  }
}
