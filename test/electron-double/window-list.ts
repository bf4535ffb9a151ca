/** What `app` needs of a window on its way out. */
export interface ListedWindow {
  /** Closing was asked for and not prevented. */
  readonly isClosing: boolean;
  close(): void;
}

const windows = new Set<ListedWindow>();

export function addWindow(window: ListedWindow): void {
  windows.add(window);
}

export function removeWindow(window: ListedWindow): void {
  windows.delete(window);
}

export function listedWindows(): readonly ListedWindow[] {
  return [...windows];
}
