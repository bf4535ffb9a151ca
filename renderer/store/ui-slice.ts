import { toErrorInfo } from '../../shared/errors.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { Services } from './services.ts';
import type { GetState, SetState } from './state.ts';

export const TABS = ['tasks', 'charts', 'failures', 'prompt'] as const;
export type Tab = (typeof TABS)[number];

export type Theme = 'system' | 'light' | 'dark';
/** Pages of the settings. */
export const SETTINGS_PAGES = ['providers', 'runs', 'appearance', 'data'] as const;
export type SettingsPage = (typeof SETTINGS_PAGES)[number];

export type DialogName = 'settings' | 'help' | 'palette' | 'cancelRun' | 'startAgain' | 'removeBatch';

export interface Notice {
  readonly id: number;
  readonly kind: 'info' | 'error';
  readonly message: string;
  readonly hint: string;
  /** Stable code of an error; null on information. */
  readonly code: string | null;
}

export interface UiSlice {
  readonly tab: Tab;
  readonly dialog: DialogName | null;
  /** Where the settings open: a page, and a provider's form on it or null for the list. */
  readonly settingsAt: { readonly page: SettingsPage; readonly providerId: string | null };
  readonly theme: Theme;
  readonly notices: readonly Notice[];
  readonly showTab: (tab: Tab) => void;
  readonly openDialog: (dialog: DialogName) => void;
  readonly closeDialog: () => void;
  readonly openSettings: (page: SettingsPage, providerId: string | null) => void;
  readonly setTheme: (theme: Theme) => void;
  readonly notify: (message: string, hint?: string) => void;
  readonly dismiss: (id: number) => void;
  /** Turns whatever was thrown into a notice in words; the same message is not shown twice at once. */
  readonly report: (thrown: unknown) => void;
  /** Runs an action whose failure becomes a notice. True when it succeeded. */
  readonly attempt: (action: () => Promise<unknown>) => Promise<boolean>;
  readonly copy: (text: string, what: string) => Promise<void>;
}

const THEME_KEY = 'tasklane.theme';
const NOTICES_KEPT = 3;
const SETTINGS_START = { page: 'providers', providerId: null } as const;

function themeOf(text: string | null): Theme {
  return text === 'light' || text === 'dark' ? text : 'system';
}

export function createUiSlice(set: SetState, get: GetState, services: Services): UiSlice {
  let lastNotice = 0;
  const push = (notice: Omit<Notice, 'id'>): void => {
    lastNotice += 1;
    const others = get().notices.filter((shown) => shown.message !== notice.message);
    const all = [...others, { ...notice, id: lastNotice }];
    const oldest = all.find((shown) => shown.kind === 'info' && shown.id !== lastNotice) ?? all[0];
    set({ notices: all.length > NOTICES_KEPT ? all.filter((shown) => shown !== oldest) : all });
  };
  const pushError = (error: ErrorInfo): void => push({ kind: 'error', message: error.message, hint: error.hint, code: error.code });
  return {
    tab: 'tasks',
    dialog: null,
    settingsAt: SETTINGS_START,
    theme: themeOf(services.preferences.get(THEME_KEY)),
    notices: [],
    showTab(tab) {
      set({ tab });
      if (tab === 'failures') get().loadFailures();
    },
    openDialog: (dialog) => set({ dialog, settingsAt: SETTINGS_START }),
    closeDialog: () => set({ dialog: null }),
    openSettings: (page, providerId) => set({ dialog: 'settings', settingsAt: { page, providerId } }),
    setTheme(theme) {
      services.preferences.set(THEME_KEY, theme);
      set({ theme });
    },
    notify: (message, hint = '') => push({ kind: 'info', message, hint, code: null }),
    dismiss: (id) => set({ notices: get().notices.filter((notice) => notice.id !== id) }),
    report: (thrown) => pushError(toErrorInfo(thrown)),
    async attempt(action) {
      try {
        await action();
        return true;
      } catch (thrown) {
        pushError(toErrorInfo(thrown));
        return false;
      }
    },
    async copy(text, what) {
      if (await get().attempt(() => services.copyText(text))) get().notify(`Copied ${what}.`);
    },
  };
}
