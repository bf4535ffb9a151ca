/** Whether this is a Mac, where Cmd is the modifier of shortcuts. */
export function isMac(): boolean {
  return navigator.platform.startsWith('Mac');
}

/** Keys as this system writes them: `Mod` becomes ⌘ or Ctrl. */
export function keysText(keys: string): string {
  return isMac() ? keys.replaceAll('Mod+', '⌘').replaceAll('Shift+', '⇧') : keys.replaceAll('Mod', 'Ctrl');
}
