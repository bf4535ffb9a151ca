/** One thing that the app did to the desktop: dialogs, notifications, addresses opened, the progress bar. */
export interface DesktopCall {
  readonly name: string;
  readonly values: readonly unknown[];
}

export const calls: DesktopCall[] = [];

/** Keeps what survives JSON; functions in menus and the like do not matter to a test. */
export function record(name: string, ...values: readonly unknown[]): void {
  calls.push({ name, values: JSON.parse(JSON.stringify(values)) as unknown[] });
}

let isReady = false;

export function setReady(): void {
  isReady = true;
}

/** Throws where Electron would: most modules work only after `ready`. */
export function needReady(what: string): void {
  if (!isReady) throw new Error(`${what} can only be used after the app's ready event`);
}

export function needNotReady(what: string): void {
  if (isReady) throw new Error(`${what} must be called before the app's ready event`);
}
