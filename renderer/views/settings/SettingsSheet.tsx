import { useState } from 'react';
import { Sheet } from '../../components/Sheet.tsx';
import { SegmentedControl } from '../../components/SegmentedControl.tsx';
import { classNames } from '../../components/class-names.ts';
import { useApp } from '../../store/use-store.ts';
import { SETTINGS_PAGES } from '../../store/ui-slice.ts';
import type { SettingsPage } from '../../store/ui-slice.ts';
import { ProvidersPage } from './ProvidersPage.tsx';
import { RunsPage } from './RunsPage.tsx';

const TITLES = { providers: 'Providers', runs: 'Runs', appearance: 'Appearance', data: 'Data and privacy' } as const satisfies Record<SettingsPage, string>;

function AppearancePage() {
  const theme = useApp((state) => state.theme);
  const setTheme = useApp((state) => state.setTheme);
  return (
    <div className="flex flex-col gap-2">
      <h3 className="font-medium">Theme</h3>
      <div>
        <SegmentedControl
          label="Theme"
          value={theme}
          options={[
            ['system', 'System'],
            ['light', 'Light'],
            ['dark', 'Dark'],
          ]}
          onValue={setTheme}
        />
      </div>
      <p className="text-small text-muted">System follows the setting of your computer.</p>
    </div>
  );
}

function DataPage() {
  const dataDir = useApp((state) => state.dataDir);
  const version = useApp((state) => state.version);
  return (
    <dl className="flex flex-col gap-5">
      <div>
        <dt className="font-medium">Where your data lies</dt>
        <dd className="mt-1 rounded border border-border bg-surface px-2.5 py-1.5 font-mono text-small break-all select-text">{dataDir}</dd>
        <dd className="mt-1 text-small text-muted">Batches, answers and the history of every attempt, on this computer only.</dd>
      </div>
      <div>
        <dt className="font-medium">Privacy</dt>
        <dd className="mt-1 text-secondary">No telemetry. Tasklane contacts nothing but the providers you set up; prompts go to the one a batch names, and nowhere else.</dd>
      </div>
      <div>
        <dt className="font-medium">Keys</dt>
        <dd className="mt-1 text-secondary">Kept in memory until Tasklane quits, bound to the address they were entered for, and never written to disk, logs or exports.</dd>
      </div>
      <div>
        <dt className="font-medium">Version</dt>
        <dd className="mt-1 text-secondary">{version}</dd>
      </div>
    </dl>
  );
}

/** Settings: providers, runs, appearance, data and privacy. */
export function SettingsSheet({ onClose }: { readonly onClose: () => void }) {
  const startAt = useApp((state) => state.settingsAt);
  const readOnly = useApp((state) => state.isReadOnly);
  const [page, setPage] = useState<SettingsPage>(startAt.page);
  return (
    <Sheet title="Settings" onClose={onClose} size="w-[min(860px,calc(100vw-48px))] h-[min(620px,calc(100vh-48px))]">
      <div className="flex min-h-0 flex-1">
        <nav aria-label="Settings" className="flex w-44 shrink-0 flex-col gap-0.5 border-r border-border bg-surface p-2">
          {SETTINGS_PAGES.map((key) => (
            <button key={key} type="button" aria-current={key === page ? 'page' : undefined} onClick={() => setPage(key)} className={classNames('focus-inset h-7 rounded px-2 text-left', key === page ? 'bg-raised font-medium' : 'text-secondary hover:bg-raised/70')}>
              {TITLES[key]}
            </button>
          ))}
        </nav>
        <div className="min-w-0 flex-1 overflow-auto p-5">
          {page === 'providers' && (
            <fieldset disabled={readOnly} className="contents">
              <ProvidersPage startAt={startAt.providerId} />
            </fieldset>
          )}
          {page === 'runs' && <RunsPage />}
          {page === 'appearance' && <AppearancePage />}
          {page === 'data' && <DataPage />}
        </div>
      </div>
    </Sheet>
  );
}
