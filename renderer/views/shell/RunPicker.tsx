import { Check, History } from 'lucide-react';
import { Button } from '../../components/Button.tsx';
import { Menu } from '../../components/Menu.tsx';
import { isEarlierRun, runChoices } from '../../store/run-list.ts';
import type { RunChoice } from '../../store/run-list.ts';
import { useApp } from '../../store/use-store.ts';
import { Strip } from './Strip.tsx';

function startOf({ run }: RunChoice): string {
  return new Date(run.createdAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** The batch's runs, of which any can be put on screen; nothing while there is only one. */
export function RunPicker() {
  const runs = useApp((state) => state.detail?.runs ?? null);
  const shownId = useApp((state) => state.runState?.run.runId ?? null);
  const showRun = useApp((state) => state.showRun);
  if (runs === null || runs.length < 2) return null;
  const choices = runChoices(runs);
  const shown = choices.find(({ run }) => run.runId === shownId);
  return (
    <Menu
      label="Runs"
      items={choices.map((choice) => ({
        label: `Run ${choice.number}, ${startOf(choice)}`,
        note: choice.outcome,
        checked: choice === shown,
        ...(choice === shown ? { icon: Check } : {}),
        onSelect: () => void showRun(choice.run.runId),
      }))}
      renderButton={(props) => (
        <Button {...props} small icon={History} title="The runs of this batch">
          {shown === undefined ? 'Runs' : `Run ${shown.number} of ${choices.length}`}
        </Button>
      )}
    />
  );
}

/** Says that what is on screen is not the newest; nothing otherwise. */
export function EarlierRunStrip() {
  const earlier = useApp((state) => isEarlierRun(state.detail, state.runState?.run ?? null));
  const runs = useApp((state) => state.detail?.runs ?? null);
  const shownId = useApp((state) => state.runState?.run.runId ?? null);
  const showRun = useApp((state) => state.showRun);
  const [newest] = runs ?? [];
  const shown = runChoices(runs ?? []).find(({ run }) => run.runId === shownId);
  if (!earlier || newest === undefined || shown === undefined) return null;
  return (
    <Strip label="Earlier run" icon={History} tone="neutral" title={`Run ${shown.number} is an earlier one.`} sentence={`It was started on ${startOf(shown)}; Resume, Retry and Export act on it.`}>
      <Button onClick={() => void showRun(newest.runId)}>Show the newest</Button>
    </Strip>
  );
}
