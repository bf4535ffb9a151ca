import type { AppStore } from '../store/store.ts';
import type { Theme } from '../store/ui-slice.ts';

const DARK = '(prefers-color-scheme: dark)';

/** Sets the colours of the page: as chosen, or as the system has them now. */
export function showTheme(theme: Theme): void {
  const shown = theme === 'system' ? (matchMedia(DARK).matches ? 'dark' : 'light') : theme;
  document.documentElement.dataset['theme'] = shown;
}

/** Keeps the page's colours in step with the setting and with the system. */
export function followTheme(store: AppStore): void {
  const show = (): void => showTheme(store.getState().theme);
  show();
  store.subscribe((state, before) => {
    if (state.theme !== before.theme) show();
  });
  matchMedia(DARK).addEventListener('change', show);
}
