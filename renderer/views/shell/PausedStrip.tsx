import { CircleAlert, CirclePause, History } from 'lucide-react';
import { interruptionText } from '../../../shared/format/interruption-text.ts';
import type { RunHeader } from '../../../shared/vocabulary.ts';
import { Button } from '../../components/Button.tsx';
import { isInterrupted } from '../../store/interrupted.ts';
import { draftChanges, inWords } from '../../store/run-changes.ts';
import { pauseText } from '../../store/run-text.ts';
import type { PauseRemedy } from '../../store/run-text.ts';
import { useApp, useBlocked } from '../../store/use-store.ts';
import { Strip } from './Strip.tsx';

function RemedyButton({ remedy, providerId }: { readonly remedy: PauseRemedy; readonly providerId: string | null }) {
  const openSettings = useApp((state) => state.openSettings);
  const showTab = useApp((state) => state.showTab);
  switch (remedy) {
    case 'key':
      return <Button onClick={() => openSettings('providers', providerId)}>Fix the key</Button>;
    case 'provider':
      return <Button onClick={() => openSettings('providers', providerId)}>Check provider</Button>;
    case 'prompt':
      return <Button onClick={() => showTab('prompt')}>Choose model</Button>;
    case 'failures':
      return <Button onClick={() => showTab('failures')}>Review failures</Button>;
    default:
      return null;
  }
}

/** What of the draft is another than the run's own, as one text, so that it stays the same while it says the same. */
function useChanges(run: RunHeader): string {
  return useApp((state) => (state.draft === null ? '' : inWords(draftChanges(run.settings, state.draft, state.providers))));
}

/** Says that a resumed run keeps to what it began with, and offers a new one, so that no answers are mixed. */
function OwnSettings({ changes }: { readonly changes: string }) {
  const openDialog = useApp((state) => state.openDialog);
  const blocked = useBlocked();
  return (
    <Strip
      label="Changed since the start"
      tone="warn"
      title={`The ${changes} ${/ and /u.test(changes) ? 'were' : 'was'} changed since.`}
      sentence="Resume goes on with the run's own prompt and settings."
    >
      <Button disabled={blocked} title="A new run of all tasks; the answers of this one stay" onClick={() => openDialog('startAgain')}>
        {`Start anew with the changed ${changes === 'model' || changes === 'provider' ? changes : /prompt/u.test(changes) ? 'prompt' : 'settings'}`}
      </Button>
    </Strip>
  );
}

function InterruptedStrip({ run }: { readonly run: RunHeader }) {
  const showTab = useApp((state) => state.showTab);
  const setFilter = useApp((state) => state.setFilter);
  const openDialog = useApp((state) => state.openDialog);
  const resume = useApp((state) => state.resume);
  const blocked = useBlocked();
  const { title, sentence } = interruptionText(run);
  const told = sentence === '' ? (run.stopMessage ?? '') : `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
  const review = (): void => {
    if ((run.interruption?.parked ?? 0) > 0) return showTab('failures');
    setFilter((run.interruption?.inFlight ?? 0) > 0 ? 'interrupted' : 'all');
    showTab('tasks');
  };
  return (
    <Strip icon={History} tone="warn" title={`${title}.`} sentence={told}>
      <Button disabled={blocked} onClick={() => openDialog('cancelRun')}>
        Discard
      </Button>
      <Button onClick={review}>Review</Button>
      <Button look="primary" disabled={blocked} title="Resume (Ctrl+Enter)" onClick={() => void resume()}>
        Resume
      </Button>
    </Strip>
  );
}

/** Why the run is paused, what helps, and what a resume goes on with. */
export function PausedStrip({ run }: { readonly run: RunHeader }) {
  const changes = useChanges(run);
  const { title, sentence, remedy } = pauseText(run);
  const byUser = run.stopReason === 'user' || run.stopReason === null;
  return (
    <>
      {isInterrupted(run) ? (
        <InterruptedStrip run={run} />
      ) : (
        <Strip icon={byUser ? CirclePause : CircleAlert} tone={byUser ? 'neutral' : 'error'} title={`${title}.`} sentence={sentence}>
          <RemedyButton remedy={remedy} providerId={run.settings.providerId} />
        </Strip>
      )}
      {changes !== '' && <OwnSettings changes={changes} />}
    </>
  );
}
