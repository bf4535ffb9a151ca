import type { ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  /** Beside the title, e.g. the label of simulated answers. */
  readonly mark?: ReactNode;
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A titled part of the drawer. */
export function Section({ title, mark, actions, children }: SectionProps) {
  return (
    <section aria-label={title} className="border-b border-border px-4 py-3 last:border-0">
      <div className="mb-1.5 flex min-h-6 items-center gap-1.5">
        <h3 className="text-small font-medium text-secondary">{title}</h3>
        {mark}
        <span className="flex-1" />
        {actions}
      </div>
      {children}
    </section>
  );
}
