/** What a key press asks for, wherever the focus is. Keys of the table and of the slider live in their components. */
export type ShortcutAction =
  | { readonly type: 'open' | 'start' | 'pause' | 'palette' | 'find' | 'export' | 'settings' | 'help' | 'retryFailed' | 'slower' | 'faster' }
  | { readonly type: 'tab'; readonly position: number };

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Where the key was pressed. */
export interface KeyPlace {
  readonly mac: boolean;
  /** In a text field, where single keys are text. */
  readonly typing: boolean;
  /** In a dialog, which keeps all keys to itself. */
  readonly modal: boolean;
}

const WITH_MODIFIER: Readonly<Record<string, ShortcutAction>> = {
  o: { type: 'open' },
  enter: { type: 'start' },
  '.': { type: 'pause' },
  k: { type: 'palette' },
  f: { type: 'find' },
  e: { type: 'export' },
  ',': { type: 'settings' },
};
const PLAIN: Readonly<Record<string, ShortcutAction>> = { '[': { type: 'slower' }, ']': { type: 'faster' }, '?': { type: 'help' }, R: { type: 'retryFailed' } };

function tabOf(key: string): ShortcutAction | null {
  return key >= '1' && key <= '4' && key.length === 1 ? { type: 'tab', position: Number(key) - 1 } : null;
}

function own(map: Readonly<Record<string, ShortcutAction>>, key: string): ShortcutAction | null {
  return Object.hasOwn(map, key) ? (map[key] ?? null) : null;
}

/** The action of a key press, or null. Ctrl is the modifier, on a Mac Cmd; tabs also answer to the bare digit. */
export function shortcutOf(press: KeyPress, place: KeyPlace): ShortcutAction | null {
  if (press.altKey || place.modal) return null;
  const modifier = place.mac ? press.metaKey : press.ctrlKey;
  if (place.mac ? press.ctrlKey : press.metaKey) return null;
  if (modifier) return press.shiftKey ? null : (own(WITH_MODIFIER, press.key.toLowerCase()) ?? tabOf(press.key));
  if (place.typing) return null;
  return own(PLAIN, press.key) ?? tabOf(press.key);
}

/** The help sheet: keys as people read them (`Mod` = Ctrl, on a Mac Cmd) and what they do. */
export const SHORTCUT_HELP: readonly { readonly group: string; readonly entries: readonly (readonly [keys: string, effect: string])[] }[] = [
  {
    group: 'Everywhere',
    entries: [
      ['Mod+O', 'Open files'],
      ['Mod+V', 'Paste rows as a new batch'],
      ['Mod+Enter', 'Start or resume'],
      ['Mod+.', 'Pause'],
      ['[  ]', 'Lower or raise concurrency'],
      ['Shift+R', 'Retry failed tasks'],
      ['Mod+E', 'Export results'],
      ['Mod+F', 'Search tasks'],
      ['1 - 4', 'Tasks, Charts, Failures, Prompt'],
      ['Mod+K', 'Command palette'],
      ['Mod+,', 'Settings'],
      ['?', 'This sheet'],
    ],
  },
  {
    group: 'In the task table',
    entries: [
      ['↑ ↓  J K', 'Move'],
      ['Enter', 'Open the task'],
      ['X  Space', 'Select'],
      ['Shift+↑ ↓', 'Extend the selection'],
      ['Mod+A', 'Select all'],
      ['R', 'Retry'],
      ['C', 'Copy the answer'],
      ['Esc', 'Clear the selection, close the task'],
    ],
  },
];
