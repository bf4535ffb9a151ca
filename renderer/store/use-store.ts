import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { AppState } from './state.ts';
import type { AppStore } from './store.ts';

/** The store of this page; provided once at the root. */
export const StoreContext = createContext<AppStore | null>(null);

/** The store itself, for handlers that read the state when something happens. Throws outside of the provider. */
export function useAppStore(): AppStore {
  const store = use(StoreContext);
  if (store === null) throw new Error('Expected a StoreContext above this component.');
  return store;
}

/** Whether buttons that change something are off: a command is on its way, or another Tasklane writes to the data folder. */
export function useBlocked(): boolean {
  return useApp((state) => state.commanding || state.isReadOnly);
}

/** A part of the state; the component draws again when that part changes identity. */
export function useApp<T>(select: (state: AppState) => T): T {
  return useStore(useAppStore(), select);
}
