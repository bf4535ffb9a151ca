import { BRIDGE_KEY } from '../../shared/contract/bridge.ts';
import type { Bridge } from '../../shared/contract/bridge.ts';
import { bridgeClient } from './bridge-client.ts';
import type { TasklaneClient } from './client.ts';
import { httpClient } from './http-client.ts';
import { openSession } from './session.ts';

/** The browser's own file dialog; resolves with an empty list when it is cancelled. */
function pickFiles(): Promise<readonly File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.addEventListener('change', () => resolve([...(input.files ?? [])]));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

function download(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  document.body.append(link);
  link.click();
  link.remove();
}

function bridgeOf(page: Window): Bridge | null {
  const value: unknown = Reflect.get(page, BRIDGE_KEY);
  return typeof value === 'object' && value !== null ? (value as Bridge) : null;
}

/** The client of this page: the window's bridge where there is one, else HTTP. Throws ClientError `forbidden` without a code. */
export async function connect(): Promise<TasklaneClient> {
  const bridge = bridgeOf(window);
  if (bridge !== null) return bridgeClient(bridge);
  const token = await openSession({
    origin: location.origin,
    fragment: location.hash,
    storage: sessionStorage,
    removeFragment: () => history.replaceState(null, '', location.pathname),
  });
  return httpClient({ origin: location.origin, token, pickFiles, download });
}
