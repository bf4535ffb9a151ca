import { attemptColumns, taskColumns } from '../../shared/run-state/run-state.ts';
import { ChartsView } from '../charts/ChartsView.tsx';
import { useApp } from '../store/use-store.ts';
import { EmptyTab } from './EmptyTab.tsx';

/** The charts of the run on screen; a module of its own, so that they load only when asked for. */
export function ChartsTab() {
  const runState = useApp((state) => state.runState);
  const openTask = useApp((state) => state.openTask);
  const saveChart = useApp((state) => state.saveChart);
  if (runState === null) return <EmptyTab title="No run yet" sentence="Charts appear with the first run: what ran when, how long it took, and how much time running in parallel saved." />;
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <ChartsView
        run={runState.run}
        tasks={taskColumns(runState)}
        attempts={attemptColumns(runState)}
        version={runState.tasksVersion + runState.attemptsVersion}
        onOpenTask={openTask}
        saveChart={saveChart}
      />
    </div>
  );
}
