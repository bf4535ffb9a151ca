import { FilePenLine } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '../../components/class-names.ts';

type Tone = 'neutral' | 'ok' | 'warn' | 'error';
const TONES: Readonly<Record<Tone, string>> = { neutral: 'text-secondary', ok: 'text-ok', warn: 'text-warn', error: 'text-error' };

interface StripProps {
  readonly icon?: LucideIcon;
  readonly tone: Tone;
  readonly title: string;
  readonly sentence: string;
  /** Accessible name, where there is more than one. */
  readonly label?: string;
  /** Its text changes all the time, so that it is not read out. */
  readonly quiet?: boolean;
  readonly children?: ReactNode;
}

/** One line on the state of the batch, with the actions that fit it. */
export function Strip({ icon: Icon = FilePenLine, tone, title, sentence, label = 'State of the batch', quiet = false, children }: StripProps) {
  return (
    <section aria-label={label} aria-live={quiet ? 'off' : undefined} className="flex min-h-11 shrink-0 items-center gap-3 border-b border-border bg-background px-4 py-2">
      <Icon aria-hidden size={16} strokeWidth={1.75} className={classNames('shrink-0', TONES[tone])} />
      <p className="min-w-0 flex-1 select-text">
        <span className="font-medium">{title}</span> <span className="text-secondary">{sentence}</span>
      </p>
      <div className="flex shrink-0 gap-2">{children}</div>
    </section>
  );
}
