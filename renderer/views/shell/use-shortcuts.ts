import { useEffect } from 'react';
import type { MenuAction } from '../../../shared/contract/bridge.ts';
import { assertNever } from '../../../shared/errors.ts';
import { stepDown, stepUp } from '../../store/concurrency.ts';
import { isFinished } from '../../store/run-text.ts';
import { shortcutOf } from '../../store/shortcuts.ts';
import type { ShortcutAction } from '../../store/shortcuts.ts';
import type { AppState } from '../../store/state.ts';
import type { AppStore } from '../../store/store.ts';
import { TABS } from '../../store/ui-slice.ts';
import { useAppStore } from '../../store/use-store.ts';
import { isMac } from '../platform.ts';

function requestedOf(state: AppState): number {
  const run = state.runState?.run ?? null;
  const current = run === null || isFinished(run) ? null : run.settings.concurrency;
  return state.requestedConcurrency ?? current ?? state.draft?.concurrency ?? 1;
}

function focusSearch(store: AppStore): void {
  store.getState().showTab('tasks');
  requestAnimationFrame(() => document.querySelector<HTMLInputElement>('[data-search]')?.focus());
}

function perform(store: AppStore, action: ShortcutAction): void {
  const state = store.getState();
  if (action.type === 'open') return void state.importChosen();
  if (action.type === 'settings' || action.type === 'help' || action.type === 'palette') return state.openDialog(action.type);
  if (state.batchId === null) return;
  switch (action.type) {
    case 'start':
      return void state.startOrResume();
    case 'pause':
      return void state.pause();
    case 'find':
      return focusSearch(store);
    case 'export':
      return document.querySelector<HTMLButtonElement>('button[data-export]')?.click();
    case 'retryFailed':
      return void state.retryFailed();
    case 'slower':
      return state.setConcurrency(stepDown(requestedOf(state)));
    case 'faster':
      return state.setConcurrency(stepUp(requestedOf(state)));
    case 'tab':
      return state.showTab(TABS[action.position] ?? 'tasks');
    default:
      return assertNever(action.type);
  }
}

const MENU_ACTIONS: Readonly<Record<MenuAction, ShortcutAction>> = {
  open: { type: 'open' },
  newBatch: { type: 'open' },
  export: { type: 'export' },
  settings: { type: 'settings' },
  help: { type: 'help' },
  start: { type: 'start' },
  pause: { type: 'pause' },
  find: { type: 'find' },
};

/** Performs an action of the application menu. */
export function performMenuAction(store: AppStore, action: MenuAction): void {
  perform(store, MENU_ACTIONS[action]);
}

/** Listens to the keyboard shortcuts of the whole window. */
export function useShortcuts(): void {
  const store = useAppStore();
  useEffect(() => {
    const mac = isMac();
    const onKeyDown = (event: KeyboardEvent): void => {
      const target = event.target;
      const typing = target instanceof HTMLElement && (target.isContentEditable || target.matches('input:not([type=range]):not([type=checkbox]), textarea, select'));
      const action = shortcutOf(event, { mac, typing, modal: document.querySelector('dialog[open]') !== null });
      if (action === null || event.defaultPrevented) return;
      event.preventDefault();
      perform(store, action);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [store]);
}
