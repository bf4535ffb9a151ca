import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import { createAppSlice } from './app-slice.ts';
import { createBatchesSlice } from './batches-slice.ts';
import { createDrawerSlice } from './drawer-slice.ts';
import { createEditSlice } from './edit-slice.ts';
import { createExportSlice } from './export-slice.ts';
import { createFailuresSlice } from './failures-slice.ts';
import { createImportSlice } from './import-slice.ts';
import { createIntake } from './intake.ts';
import type { Intake } from './intake.ts';
import { batchToOpen } from './interrupted.ts';
import { createProvidersSlice } from './providers-slice.ts';
import { createRunSlice } from './run-slice.ts';
import type { Services } from './services.ts';
import type { AppState } from './state.ts';
import { createTableSlice } from './table-slice.ts';
import { createUiSlice } from './ui-slice.ts';

export type AppStore = StoreApi<AppState>;

export interface Screen {
  readonly store: AppStore;
  readonly intake: Intake;
  /** Connects to the program: events from now on, a snapshot, the batch that was interrupted or the newest. Returns the way to stop. */
  readonly open: () => () => void;
}

/** The screen's state and its connection to the program; works without React. */
export function createScreen(services: Services): Screen {
  const { client } = services;
  const intake = createIntake(
    (next) => store.setState(next),
    () => store.getState(),
    services,
  );
  const store: AppStore = createStore<AppState>()((set, get) => ({
    ...createAppSlice(set, get, services),
    ...createBatchesSlice(set, get, services, intake),
    ...createProvidersSlice(set, get, services),
    ...createImportSlice(set, get, services),
    ...createRunSlice(set, get, services, intake),
    ...createTableSlice(set, get, services),
    ...createDrawerSlice(set, get, services),
    ...createFailuresSlice(set, get, services),
    ...createEditSlice(set, get, services),
    ...createExportSlice(set, get, services),
    ...createUiSlice(set, get, services),
  }));

  const connected = async (): Promise<void> => {
    const first = store.getState().phase !== 'ready';
    await intake.resync();
    const { batches, batchId } = store.getState();
    const opened = batchToOpen(batches);
    if (first && batchId === null && opened !== null) await store.getState().selectBatch(opened);
  };
  return {
    store,
    intake,
    open() {
      const leaveEvents = client.subscribe((batch) => intake.receive(batch));
      const leaveConnection = client.onConnection((state) => {
        store.getState().setConnection(state);
        if (state === 'connected') void connected();
      });
      return () => {
        leaveEvents();
        leaveConnection();
      };
    },
  };
}
