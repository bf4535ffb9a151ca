import type { AppSlice } from './app-slice.ts';
import type { BatchesSlice } from './batches-slice.ts';
import type { DrawerSlice } from './drawer-slice.ts';
import type { EditSlice } from './edit-slice.ts';
import type { ExportSlice } from './export-slice.ts';
import type { FailuresSlice } from './failures-slice.ts';
import type { ImportSlice } from './import-slice.ts';
import type { ProvidersSlice } from './providers-slice.ts';
import type { RunSlice } from './run-slice.ts';
import type { TableSlice } from './table-slice.ts';
import type { UiSlice } from './ui-slice.ts';

/** The whole state of the screen, slice by slice. */
export type AppState = AppSlice & BatchesSlice & ProvidersSlice & ImportSlice & RunSlice & TableSlice & DrawerSlice & FailuresSlice & EditSlice & ExportSlice & UiSlice;

/** Lays new values over the state. */
export type SetState = (next: Partial<AppState>) => void;
export type GetState = () => AppState;
