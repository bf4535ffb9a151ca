import type { Reply } from '../../shared/errors.ts';
import { ClientError, valueOf } from './client.ts';

const TOKEN_KEY = 'tasklane.token';

/** What of the browser a session needs; passed in so that it can be tested against a real server. */
export interface SessionPlace {
  /** Origin of the server, e.g. `http://127.0.0.1:4173`. */
  readonly origin: string;
  /** The address' fragment with its `#`; '' when there is none. */
  readonly fragment: string;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  /** Takes the one-time code out of the address bar and the history. */
  removeFragment(): void;
}

/**
 * The bearer token of this tab: exchanged for the one-time code of the address, or kept from an earlier load.
 * Throws ClientError `forbidden` when there is neither, or when the code was used already.
 */
export async function openSession(place: SessionPlace): Promise<string> {
  const code = new URLSearchParams(place.fragment.replace(/^#/, '')).get('code');
  if (code === null) {
    const kept = place.storage.getItem(TOKEN_KEY);
    if (kept !== null) return kept;
    throw new ClientError('forbidden', 'This address needs the one-time code.', 'Copy the whole address from the terminal, including the part after #.');
  }
  place.removeFragment();
  const response = await fetch(`${place.origin}/api/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }) }).catch((cause: unknown) => {
    throw new ClientError('internal', 'Tasklane does not answer at this address.', 'Check that it still runs in the terminal, then load the page again.', { cause });
  });
  const reply = (await response.json().catch(() => null)) as Reply<{ readonly token: string }> | null;
  if (reply === null || !reply.ok) {
    const kept = place.storage.getItem(TOKEN_KEY);
    if (kept !== null) return kept;
    if (reply !== null && reply.error.code !== 'forbidden') valueOf(reply);
    throw new ClientError('forbidden', 'The one-time code of this address was used already or is wrong.', 'Start Tasklane again in the terminal and copy the whole new address.');
  }
  place.storage.setItem(TOKEN_KEY, reply.value.token);
  return reply.value.token;
}
