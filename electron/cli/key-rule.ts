import { TasklaneError } from '../../shared/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const OPENAI_ORIGIN = 'https://api.openai.com';

function originOf(url: string | undefined): string | null {
  if (url === undefined || url === '' || !URL.canParse(url)) return null;
  const { origin, protocol } = new URL(url);
  return protocol === 'http:' || protocol === 'https:' ? origin : null;
}

/** Whether the host of this URL is this very machine: `localhost`, `::1` or 127.0.0.0/8, in any notation that URLs allow. */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}

/**
 * The key that may go to a base URL, or null for none (then a dummy is sent). The terminal contract's rule: a key goes
 * only where `--api-key-env` says; `OPENAI_API_KEY` goes only to the origin of `OPENAI_BASE_URL`, to
 * https://api.openai.com or to loopback.
 * @param variable value of `--api-key-env`, or null when it was not given.
 * Throws `key_needed` when that variable is unset or empty.
 */
export function chooseKey(baseUrl: string, variable: string | null, env: Environment): string | null {
  if (variable !== null) {
    const key = env[variable]?.trim();
    if (key === undefined || key === '') {
      throw new TasklaneError('key_needed', `--api-key-env names the environment variable ${variable}, which is not set.`, `Set it first: export ${variable}=…`);
    }
    return key;
  }
  const key = env['OPENAI_API_KEY']?.trim();
  if (key === undefined || key === '') return null;
  const origin = originOf(baseUrl);
  if (origin === null) return null;
  const trusted = origin === OPENAI_ORIGIN || origin === originOf(env['OPENAI_BASE_URL']) || isLoopback(baseUrl);
  return trusted ? key : null;
}
