import { record } from '../record.ts';

export interface MenuItem {
  readonly label?: string;
  readonly role?: string;
  readonly type?: string;
  readonly accelerator?: string;
  readonly click?: () => void;
  readonly submenu?: readonly MenuItem[];
}

const ROLES = new Set(
  'about,appMenu,close,copy,cut,help,hide,hideOthers,paste,quit,redo,reload,resetZoom,selectAll,services,toggleDevTools,togglefullscreen,undo,unhide,windowMenu,zoomIn,zoomOut'.split(','),
);

let current: readonly MenuItem[] = [];

function check(items: readonly MenuItem[]): void {
  for (const { role, label, type, submenu } of items) {
    if (role !== undefined && !ROLES.has(role)) throw new Error(`The electron double does not know the menu role ${role}`);
    if (role === undefined && label === undefined && type !== 'separator') throw new Error('A menu item needs a label, a role or the type separator');
    check(submenu ?? []);
  }
}

export const Menu = {
  buildFromTemplate(template: readonly MenuItem[]): { readonly items: readonly MenuItem[] } {
    check(template);
    return { items: template };
  },
  setApplicationMenu({ items }: { readonly items: readonly MenuItem[] }): void {
    record('Menu.setApplicationMenu', items);
    current = items;
  },
};

/** The double's own: the user picks an item by its label. */
export function clickMenu(label: string): void {
  const all = (items: readonly MenuItem[]): readonly MenuItem[] => items.flatMap((item) => [item, ...all(item.submenu ?? [])]);
  const item = all(current).find((candidate) => candidate.label === label);
  if (item?.click === undefined) throw new Error(`The application menu has nothing to click called ${label}`);
  item.click();
}
