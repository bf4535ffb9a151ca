import { ClipboardPaste, FileSpreadsheet, FlaskConical } from 'lucide-react';
import { Button } from '../../components/Button.tsx';
import { isMac } from '../platform.ts';
import { useApp } from '../../store/use-store.ts';

/** The start page: the whole window invites to drop, paste, open, or try the sample. */
export function FirstRun() {
  const importChosen = useApp((state) => state.importChosen);
  const importSample = useApp((state) => state.importSample);
  const simulated = useApp((state) => state.providers.find((provider) => provider.id === state.defaultProviderId)?.simulated ?? false);
  const readOnly = useApp((state) => state.isReadOnly);
  const mod = isMac() ? '⌘' : 'Ctrl+';
  return (
    <main className="flex min-w-0 flex-1 flex-col p-6 select-none">
      <div className="flex flex-1 flex-col items-center justify-center rounded-card border border-dashed border-control/70 px-8 text-center">
        <FileSpreadsheet aria-hidden size={36} strokeWidth={1.25} className="text-muted" />
        <h1 className="mt-4 text-title font-semibold">Drop a file of tasks anywhere</h1>
        <p className="mt-1 max-w-md text-secondary">CSV, TSV, JSONL or plain text. Each row becomes one prompt, many run at once, and every answer is saved as it arrives.</p>
        <div className="mt-5 flex gap-2">
          <Button look="primary" disabled={readOnly} onClick={() => void importChosen()}>
            Open files
          </Button>
          <Button icon={FlaskConical} disabled={readOnly} onClick={() => void importSample()}>
            Try the sample
          </Button>
        </div>
        <p className="mt-4 flex items-center gap-1.5 text-small text-muted">
          <ClipboardPaste aria-hidden size={13} strokeWidth={1.75} />
          {`or paste rows from a spreadsheet with ${mod}V`}
        </p>
      </div>
      <p className="mx-auto max-w-2xl pt-4 text-center text-small text-balance text-muted">
        {simulated ? 'No key is needed to look around: the built-in simulated provider answers, and everything it makes up is labelled. ' : ''}
        Your files stay on this computer; prompts go only to the provider you choose.
      </p>
    </main>
  );
}
