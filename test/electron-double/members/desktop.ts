import { needReady, record } from '../record.ts';
import { KnownEmitter } from '../strict.ts';

export const shell = {
  openExternal: (url: string) => {
    record('shell.openExternal', url);
    return Promise.resolve();
  },
  openPath: (path: string) => {
    record('shell.openPath', path);
    return Promise.resolve('');
  },
};

export class Notification extends KnownEmitter {
  static readonly shown: Notification[] = [];
  readonly #options: object;

  constructor(options: { readonly title: string; readonly body: string }) {
    super('Notification', ['show', 'click', 'close']);
    needReady('new Notification');
    this.#options = options;
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {
    record('Notification', this.#options);
    Notification.shown.push(this);
  }
}

const blockers = new Set<number>();
let lastBlocker = 0;

export const powerSaveBlocker = {
  start(type: 'prevent-app-suspension' | 'prevent-display-sleep'): number {
    lastBlocker += 1;
    blockers.add(lastBlocker);
    record('powerSaveBlocker.start', type);
    return lastBlocker;
  },
  stop(id: number): void {
    if (!blockers.delete(id)) throw new Error(`No power save blocker ${id}`);
    record('powerSaveBlocker.stop');
  },
};

export const nativeTheme = { shouldUseDarkColors: false };

export const screen = {
  getAllDisplays() {
    needReady('screen.getAllDisplays');
    return [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } }];
  },
};
