import type { ErrorInfo } from '../../shared/errors.ts';
import type { HostKind, StoreNotice } from '../../shared/contract/commands.ts';
import type { AppSettings } from '../../shared/vocabulary.ts';
import type { ConnectionState } from '../client/client.ts';
import type { Services } from './services.ts';
import type { GetState, SetState } from './state.ts';

/** What to do once the other Tasklane has ended. */
export const REOPEN = 'The other Tasklane has ended: close this one and start it again to change things.';

export interface AppSlice {
  readonly phase: 'connecting' | 'ready' | 'failed';
  /** Why the app can't be used at all; null unless `failed`. */
  readonly failure: ErrorInfo | null;
  readonly connection: ConnectionState;
  readonly version: string;
  readonly host: HostKind;
  readonly dataDir: string;
  /** Another Tasklane writes to the data folder. */
  readonly isReadOnly: boolean;
  /** That other Tasklane; null when it has ended since, so that this one could write once it is opened again. */
  readonly writer: string | null;
  /** What happened to the store when it was opened, as far as it was not put away. */
  readonly storeNotices: readonly StoreNotice[];
  readonly dismissedStoreNotices: readonly string[];
  readonly dismissStoreNotice: (message: string) => void;
  readonly settings: AppSettings;
  readonly configure: (settings: AppSettings) => Promise<void>;
  /** True, with a notice, when another Tasklane writes to the data folder, so that nothing may be changed here. */
  readonly refusesChanges: () => boolean;
  readonly setConnection: (state: ConnectionState) => void;
}

export function createAppSlice(set: SetState, get: GetState, services: Services): AppSlice {
  return {
    phase: 'connecting',
    failure: null,
    connection: 'connected',
    version: '',
    host: services.client.host,
    dataDir: '',
    isReadOnly: false,
    writer: null,
    storeNotices: [],
    dismissedStoreNotices: [],
    dismissStoreNotice: (message) => set({ dismissedStoreNotices: [...get().dismissedStoreNotices, message] }),
    settings: { resendInterrupted: 'once' },
    configure: async (settings) => {
      if (get().refusesChanges()) return;
      const { settings: before } = get();
      set({ settings });
      if (!(await get().attempt(() => services.client.call('app.configure', { settings })))) set({ settings: before });
    },
    refusesChanges() {
      const { isReadOnly, writer } = get();
      const way = writer === null ? REOPEN : `${writer} writes to this data folder. Do it there, or close that one and open this one again.`;
      if (isReadOnly) get().notify('Nothing can be changed here.', way);
      return isReadOnly;
    },
    setConnection(connection) {
      set({ connection });
      if (connection === 'refused') {
        set({ phase: 'failed', failure: { code: 'forbidden', message: 'Tasklane was started again since this page was opened.', hint: 'Copy the whole new address from the terminal, including the part after #.' } });
      }
    },
  };
}
