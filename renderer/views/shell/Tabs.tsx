import type { KeyboardEvent } from 'react';
import { classNames } from '../../components/class-names.ts';
import { formatCount } from '../../../shared/format/format.ts';
import { TABS } from '../../store/ui-slice.ts';
import type { Tab } from '../../store/ui-slice.ts';
import { useApp } from '../../store/use-store.ts';

const TITLES: Readonly<Record<Tab, string>> = { tasks: 'Tasks', charts: 'Charts', failures: 'Failures', prompt: 'Prompt' };

/** The four views of a batch. */
export function Tabs() {
  const current = useApp((state) => state.tab);
  const showTab = useApp((state) => state.showTab);
  const failed = useApp((state) => state.runState?.run.failed ?? 0);
  const onKeyDown = (event: KeyboardEvent, position: number): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = TABS.at((position + step) % TABS.length);
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    showTab(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div role="tablist" aria-label="Views of the batch" className="flex h-9 shrink-0 gap-1 border-b border-border bg-surface px-3 select-none">
      {TABS.map((tab, position) => (
        <button
          key={tab}
          id={`tab-${tab}`}
          type="button"
          role="tab"
          aria-selected={tab === current}
          aria-controls={`panel-${tab}`}
          aria-label={TITLES[tab]}
          tabIndex={tab === current ? 0 : -1}
          onClick={() => showTab(tab)}
          onKeyDown={(event) => onKeyDown(event, position)}
          className={classNames('focus-inset relative flex h-9 items-center gap-1.5 rounded px-2 transition-colors', tab === current ? 'font-medium text-text after:absolute after:inset-x-1 after:bottom-0 after:h-0.5 after:rounded-full after:bg-text' : 'text-secondary hover:text-text')}
        >
          {TITLES[tab]}
          {tab === 'failures' && failed > 0 && <span className="rounded-full bg-error/12 px-1.5 text-label font-medium text-error">{formatCount(failed)}</span>}
        </button>
      ))}
    </div>
  );
}
