import type { ErrorInfo } from '../../shared/errors.ts';
import type { HostKind, StoreNotice } from '../../shared/contract/commands.ts';
import type { AppSettings } from '../../shared/vocabulary.ts';
import type { ConnectionState } from '../client/client.ts';
import type { Services } from './services.ts';
import type { GetState, SetState } from './state.ts';

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
  readonly storeNotices: readonly StoreNotice[];
  readonly settings: AppSettings;
  readonly configure: (settings: AppSettings) => Promise<void>;
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
    storeNotices: [],
    settings: { resendInterrupted: 'once' },
    configure: async (settings) => {
      await get().attempt(async () => set({ settings: await services.client.call('app.configure', { settings }) }));
    },
    setConnection(connection) {
      set({ connection });
      if (connection === 'refused') {
        set({ phase: 'failed', failure: { code: 'forbidden', message: 'Tasklane was started again since this page was opened.', hint: 'Copy the whole new address from the terminal, including the part after #.' } });
      }
    },
  };
}
