/** Whether a value can be stored and sent as it is: no NUL, no half of a surrogate pair. */
export function isSoundText(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0');
}

/** Why `isSoundText` says no. `what` names the value. */
export function textProblem(value: string, what: string): string {
  return value.includes('\0') ? `${what} contains a NUL character` : `${what} contains half of a surrogate pair, which is no character`;
}
