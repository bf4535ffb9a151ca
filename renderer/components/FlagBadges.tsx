import { Flag } from 'lucide-react';
import { flagLabels } from '../store/flag-text.ts';
import { Badge } from './Badge.tsx';

/** What someone who uses an answer should know of it, each flag in words. */
export function FlagBadges({ flags }: { readonly flags: number }) {
  return (
    <ul aria-label="Flags" className="flex flex-wrap gap-1.5">
      {flagLabels(flags).map((label) => (
        <li key={label} className="inline-flex">
          <Badge tone="warn">{label}</Badge>
        </li>
      ))}
    </ul>
  );
}

/** A discreet mark of a flagged row, in words for the tooltip and for screen readers; nothing without flags. */
export function FlagMark({ flags }: { readonly flags: number }) {
  if (flags === 0) return null;
  const words = flagLabels(flags).join(', ');
  return (
    <span title={words} className="ml-1.5 shrink-0 text-warn">
      <Flag aria-hidden size={12} strokeWidth={2} />
      <span className="sr-only">{`flagged: ${words}`}</span>
    </span>
  );
}
