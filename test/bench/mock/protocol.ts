/** What the mock server saw since it was asked last; times on its own monotonic clock. */
export interface ServerCount {
  readonly answered: number;
  /** First request to last answer, ms; 0 when there was none. */
  readonly windowMs: number;
  readonly peakInFlight: number;
  /** CPU time of the server's process over the window, ms. */
  readonly cpuMs: number;
}

export const TAKE_PATH = '/control/take';

/** Base URL whose answers take `delayMs`. */
export function delayedBaseUrl(origin: string, delayMs: number): string {
  return `${origin}/delay/${delayMs}/v1`;
}

/** Base URL whose answers are streams of so many tokens, one every `gapMs`. */
export function streamedBaseUrl(origin: string, tokens: number, gapMs: number): string {
  return `${origin}/stream/${tokens}/${gapMs}/v1`;
}

/** Reads the server's count and starts it anew. */
export async function takeCount(baseUrl: string): Promise<ServerCount> {
  const response = await fetch(new URL(TAKE_PATH, baseUrl));
  return (await response.json()) as ServerCount;
}
