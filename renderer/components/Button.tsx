import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';

type Look = 'primary' | 'plain' | 'ghost' | 'danger';

const LOOKS: Readonly<Record<Look, string>> = {
  primary: 'bg-accent text-on-accent border-transparent font-medium hover:bg-accent/90',
  plain: 'bg-surface border-border text-text hover:bg-raised',
  ghost: 'bg-transparent border-transparent text-secondary hover:bg-raised hover:text-text',
  danger: 'bg-surface border-border text-error hover:bg-error/8',
};

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: Look;
  readonly icon?: LucideIcon;
  readonly small?: boolean;
}

/** A button with a word on it, and at most one icon before it. */
export function Button({ look = 'plain', icon: Icon, small = false, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classNames(
        'inline-flex shrink-0 items-center justify-center gap-1.5 rounded border whitespace-nowrap transition-colors select-none disabled:pointer-events-none disabled:opacity-45',
        small ? 'h-6 px-2 text-small' : 'h-7 px-2.5 text-body',
        LOOKS[look],
        className,
      )}
    >
      {Icon !== undefined && <Icon aria-hidden size={14} strokeWidth={1.75} className="shrink-0" />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label' | 'title'> {
  readonly icon: LucideIcon;
  /** What it does; its accessible name and tooltip. */
  readonly label: string;
  /** Keys that do the same, shown in the tooltip. */
  readonly keys?: string;
  readonly bordered?: boolean;
}

/** A square button with an icon only. */
export function IconButton({ icon: Icon, label, keys, bordered = false, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={keys === undefined ? label : `${label} (${keys})`}
      className={classNames(
        'inline-flex size-6 shrink-0 items-center justify-center rounded border text-secondary transition-colors hover:bg-raised hover:text-text disabled:pointer-events-none disabled:opacity-45',
        bordered ? 'border-border bg-surface' : 'border-transparent',
        className,
      )}
    >
      <Icon aria-hidden size={15} strokeWidth={1.75} />
    </button>
  );
}
