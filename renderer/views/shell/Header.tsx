import { Ellipsis, FileDown, FileJson, Pause, Pencil, Play, RotateCcw, Square, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { SimulatedBadge } from '../../components/Badge.tsx';
import { Button, IconButton } from '../../components/Button.tsx';
import { INPUT_LOOK } from '../../components/fields.tsx';
import { Menu } from '../../components/Menu.tsx';
import { isFinished } from '../../store/run-text.ts';
import { isInterrupted } from '../../store/interrupted.ts';
import { useApp, useBlocked } from '../../store/use-store.ts';
import { RunPicker } from './RunPicker.tsx';
import { useStartable } from './use-startable.ts';

function NameForm({ name, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const renameBatch = useApp((state) => state.renameBatch);
  const [text, setText] = useState(name);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  const commit = (): void => {
    void renameBatch(text);
    onDone();
  };
  return (
    <form
      className="min-w-0 flex-1"
      onSubmit={(event) => {
        event.preventDefault();
        commit();
      }}
    >
      <input
        ref={input}
        aria-label="Batch name"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDone();
        }}
        className={`${INPUT_LOOK} h-7 w-full max-w-96 text-title font-semibold`}
      />
    </form>
  );
}

function BatchName({ editing, onDone }: { readonly editing: boolean; readonly onDone: () => void }) {
  const name = useApp((state) => state.detail?.name ?? '');
  if (editing) return <NameForm name={name} onDone={onDone} />;
  return (
    <h1 title={name} className="min-w-0 truncate text-title font-semibold">
      {name}
    </h1>
  );
}

/** Provider and model: those of the run on screen, else those of the draft. */
function ModelLine() {
  const settings = useApp((state) => state.runState?.run.settings ?? null);
  const draft = useApp((state) => state.draft);
  const providers = useApp((state) => state.providers);
  const showTab = useApp((state) => state.showTab);
  const chosen = providers.find((provider) => provider.id === draft?.providerId);
  const provider = settings?.providerName ?? chosen?.name ?? 'No provider';
  const model = settings?.model ?? draft?.model ?? '';
  const simulated = settings?.simulated ?? chosen?.simulated ?? false;
  return (
    <>
      <button type="button" onClick={() => showTab('prompt')} title="Provider and model" className="max-w-72 min-w-0 shrink truncate rounded px-1 text-small text-secondary hover:text-text">
        {model === '' ? provider : `${provider} · ${model}`}
      </button>
      {simulated && <SimulatedBadge />}
    </>
  );
}

function LifeCycleButtons() {
  const status = useApp((state) => state.runState?.run.status ?? null);
  const stopped = useApp((state) => isFinished(state.runState?.run ?? null));
  const interrupted = useApp((state) => isInterrupted(state.runState?.run ?? null));
  const blocked = useBlocked();
  const pause = useApp((state) => state.pause);
  const resume = useApp((state) => state.resume);
  const startOrResume = useApp((state) => state.startOrResume);
  const openDialog = useApp((state) => state.openDialog);
  const startable = useStartable();
  // The banner asks what is to become of an interrupted run; nothing is asked twice.
  if (interrupted) return null;
  const cancellable = status === 'running' || status === 'pausing' || status === 'paused';
  return (
    <>
      {cancellable && (
        <Button icon={Square} disabled={blocked} onClick={() => openDialog('cancelRun')}>
          Cancel
        </Button>
      )}
      {(status === 'running' || status === 'pausing') && (
        <Button icon={Pause} look="primary" disabled={blocked || status === 'pausing'} title="Pause (Ctrl+.)" onClick={() => void pause()}>
          Pause
        </Button>
      )}
      {status === 'paused' && (
        <Button icon={Play} look="primary" disabled={blocked} title="Resume (Ctrl+Enter)" onClick={() => void resume()}>
          Resume
        </Button>
      )}
      {(status === null || status === 'ready' || stopped) && (
        <Button icon={Play} disabled={blocked || startable !== null} title={startable ?? 'Start (Ctrl+Enter)'} onClick={() => void startOrResume()}>
          Start
        </Button>
      )}
    </>
  );
}

/** Batch name, provider and model, and the buttons of the run's life cycle. */
export function Header() {
  const [renaming, setRenaming] = useState(false);
  const openDialog = useApp((state) => state.openDialog);
  const exportResults = useApp((state) => state.exportResults);
  const selected = useApp((state) => state.selected);
  const hasRun = useApp((state) => state.runState !== null);
  const exporting = useApp((state) => state.exporting);
  const finished = useApp((state) => isFinished(state.runState?.run ?? null));
  const readOnly = useApp((state) => state.isReadOnly);
  const only = [...selected].toSorted((left, right) => left - right);
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b border-border bg-surface px-4 select-none">
      <BatchName editing={renaming} onDone={() => setRenaming(false)} />
      {!renaming && <ModelLine />}
      <RunPicker />
      <span className="flex-1" />
      <Menu
        label="Export results"
        items={[
          { label: 'All results as CSV', icon: FileDown, onSelect: () => void exportResults('csv', null) },
          { label: 'All results as JSONL', icon: FileJson, onSelect: () => void exportResults('jsonl', null) },
          ...(only.length === 0
            ? []
            : [
                { label: `${only.length} selected as CSV`, icon: FileDown, onSelect: () => void exportResults('csv', only) },
                { label: `${only.length} selected as JSONL`, icon: FileJson, onSelect: () => void exportResults('jsonl', only) },
              ]),
        ]}
        renderButton={(props) => (
          <Button {...props} icon={FileDown} data-export disabled={!hasRun || exporting} title={hasRun ? 'Export (Ctrl+E)' : 'There are no results before the first run'}>
            Export
          </Button>
        )}
      />
      <LifeCycleButtons />
      <Menu
        label="Batch"
        items={[
          { label: 'Rename', icon: Pencil, disabled: readOnly, onSelect: () => setRenaming(true) },
          { label: 'Run everything again', icon: RotateCcw, disabled: !finished || readOnly, onSelect: () => openDialog('startAgain') },
          { label: 'Delete batch', icon: Trash2, danger: true, disabled: readOnly, onSelect: () => openDialog('removeBatch') },
        ]}
        renderButton={(props) => <IconButton {...props} icon={Ellipsis} label="More" className="size-7" />}
      />
    </header>
  );
}
