import { Suspense, lazy, useEffect } from 'react';
import { Notices, NoticesAboveSheet } from '../components/Notices.tsx';
import { documentTitle } from '../store/run-text.ts';
import { useApp } from '../store/use-store.ts';
import { FullPage } from './FullPage.tsx';
import { FailuresTab } from './failures/FailuresTab.tsx';
import { ImportSheet } from './import/ImportSheet.tsx';
import { PromptTab } from './prompt/PromptTab.tsx';
import { Banner } from './shell/Banner.tsx';
import { Dialogs } from './shell/Dialogs.tsx';
import { DropTarget } from './shell/DropTarget.tsx';
import { FirstRun } from './shell/FirstRun.tsx';
import { Header } from './shell/Header.tsx';
import { Rail } from './shell/Rail.tsx';
import { RunStrip } from './shell/RunStrip.tsx';
import { StatusBar } from './shell/StatusBar.tsx';
import { StoreStrips } from './shell/StoreStrips.tsx';
import { Tabs } from './shell/Tabs.tsx';
import { useShortcuts } from './shell/use-shortcuts.ts';
import { TaskDrawer } from './task/TaskDrawer.tsx';
import { TasksTab } from './tasks/TasksTab.tsx';

const ChartsTab = lazy(async () => ({ default: (await import('./ChartsTab.tsx')).ChartsTab }));

function TabPanel() {
  const tab = useApp((state) => state.tab);
  return (
    <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} className="flex min-h-0 min-w-0 flex-1 flex-col">
      {tab === 'tasks' && <TasksTab />}
      {tab === 'charts' && (
        <Suspense fallback={<p className="p-6 text-secondary">Loading charts…</p>}>
          <ChartsTab />
        </Suspense>
      )}
      {tab === 'failures' && <FailuresTab />}
      {tab === 'prompt' && <PromptTab />}
    </div>
  );
}

function BatchView() {
  const drawerOpen = useApp((state) => state.taskIndex !== null && state.tab !== 'prompt');
  return (
    <main className="flex min-h-0 min-w-0 flex-1 flex-col">
      <Header />
      <RunStrip />
      <Banner />
      <Tabs />
      <div className="flex min-h-0 flex-1">
        <TabPanel />
        {drawerOpen && <TaskDrawer />}
      </div>
      <Notices />
      <StatusBar />
    </main>
  );
}

/** The whole screen once connected. */
export function App() {
  const phase = useApp((state) => state.phase);
  const failure = useApp((state) => state.failure);
  const batchId = useApp((state) => state.batchId);
  const importing = useApp((state) => state.importing !== null);
  const title = useApp((state) => documentTitle(state.detail?.name ?? null, state.runState?.run ?? null));
  useShortcuts();
  useEffect(() => {
    document.title = title;
  }, [title]);

  if (phase === 'failed' && failure !== null) return <FullPage title={failure.message} sentence={failure.hint} code={failure.code} />;
  if (phase === 'connecting') return <FullPage title="Opening…" sentence="" code={null} />;
  return (
    <DropTarget>
      <Rail />
      <div className="flex min-w-0 flex-1 flex-col">
        <StoreStrips />
        {batchId === null ? <FirstRun /> : <BatchView key={batchId} />}
        {batchId === null && <Notices />}
      </div>
      {importing && <ImportSheet />}
      <Dialogs />
      <NoticesAboveSheet />
    </DropTarget>
  );
}
