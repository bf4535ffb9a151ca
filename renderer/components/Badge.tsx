import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

interface BadgeProps {
  readonly tone?: 'neutral' | 'warn' | 'error' | 'ok';
  readonly title?: string;
  readonly children: ReactNode;
}

const TONES = { neutral: 'border-border text-secondary', warn: 'border-warn/40 text-warn', error: 'border-error/40 text-error', ok: 'border-ok/40 text-ok' } as const;

/** A short word in a frame: "simulated", "limited by your setting". */
export function Badge({ tone = 'neutral', title, children }: BadgeProps) {
  return (
    <span title={title} className={classNames('inline-flex h-[18px] shrink-0 items-center gap-1 rounded border px-1.5 text-label whitespace-nowrap', TONES[tone])}>
      {children}
    </span>
  );
}

/** Marks answers, times and costs that no real provider gave. */
export function SimulatedBadge() {
  return (
    <Badge tone="warn" title="Answers and times come from the built-in simulated provider, not from a model.">
      simulated
    </Badge>
  );
}
