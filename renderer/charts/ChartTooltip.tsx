import type { ReactNode } from 'react';

/** The floating box beside the pointer. */
export function TooltipBox({ children }: { readonly children: ReactNode }) {
  return <div className="rounded-md border border-border bg-surface px-2 py-1 text-[12px]/[18px] text-text shadow-md tabular-nums">{children}</div>;
}

export interface TooltipState {
  readonly active?: boolean;
  readonly payload?: readonly { readonly payload?: unknown }[];
}

/** The row of data under the pointer, or null. Recharts hands it out untyped: `isRow` checks it. */
export function tooltipRow<Row>({ active, payload }: TooltipState, isRow: (value: unknown) => value is Row): Row | null {
  if (active !== true) return null;
  const row = payload?.find((entry) => isRow(entry.payload))?.payload;
  return isRow(row) ? row : null;
}
