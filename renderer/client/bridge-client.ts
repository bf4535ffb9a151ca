import type { Bridge } from '../../shared/contract/bridge.ts';
import type { CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import { valueOf } from './client.ts';
import type { TasklaneClient } from './client.ts';

/** The client inside the Electron window: the preload's bridge, whose connection can't be lost while the page lives. */
export function bridgeClient(bridge: Bridge): TasklaneClient {
  return {
    host: 'window',
    async call<K extends CommandName>(name: K, input: CommandInput<K>): Promise<CommandOutput<K>> {
      return valueOf(await bridge.call(name, input)) as CommandOutput<K>;
    },
    subscribe: (listener) => bridge.subscribe(listener),
    onConnection(listener) {
      let on = true;
      queueMicrotask(() => on && listener('connected'));
      return () => {
        on = false;
      };
    },
    async addFiles(files) {
      return valueOf(await bridge.addFiles(files));
    },
    async chooseFiles() {
      return valueOf(await bridge.chooseFiles());
    },
    async chooseTarget(suggestedName) {
      return valueOf(await bridge.chooseTarget(suggestedName));
    },
    finishTarget: () => Promise.resolve(),
    onMenu: (listener) => bridge.onMenu(listener),
  };
}
