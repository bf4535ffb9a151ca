import type { LucideIcon } from 'lucide-react';
import { useId, useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';

export interface MenuItem {
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly note?: string;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  /** One of several of which one holds; `true` for that one. */
  readonly checked?: boolean;
  readonly onSelect: () => void;
}

interface MenuProps {
  /** Accessible name of the list. */
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** Draws the button; it gets what it needs to open the menu. */
  readonly renderButton: (props: { popoverTarget: string; id: string; 'aria-haspopup': 'menu' }) => ReactNode;
  readonly align?: 'start' | 'end';
}

const GAP_PX = 4;

/** A menu under a button, in the top layer; Escape and a click elsewhere close it, arrows move. */
export function Menu({ label, items, renderButton, align = 'end' }: MenuProps) {
  const popover = useRef<HTMLDivElement>(null);
  const id = useId();
  const buttonId = `${id}-button`;

  const place = (open: boolean): void => {
    const list = popover.current;
    const anchor = document.getElementById(buttonId)?.getBoundingClientRect();
    if (!open || list === null || anchor === undefined) return;
    const width = list.offsetWidth;
    const left = align === 'end' ? anchor.right - width : anchor.left;
    list.style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`;
    const below = anchor.bottom + GAP_PX;
    list.style.top = `${below + list.offsetHeight > window.innerHeight ? anchor.top - GAP_PX - list.offsetHeight : below}px`;
    list.querySelector<HTMLElement>('[role^=menuitem]:not([disabled])')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const entries = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^=menuitem]:not([disabled])')];
    const position = entries.findIndex((entry) => entry === document.activeElement);
    entries.at((position + step + entries.length) % entries.length)?.focus();
  };

  return (
    <>
      {renderButton({ popoverTarget: id, id: buttonId, 'aria-haspopup': 'menu' })}
      <div
        ref={popover}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        onToggle={(event) => place(event.newState === 'open')}
        onKeyDown={onKeyDown}
        className="m-0 max-h-[70vh] min-w-48 overflow-auto rounded-card border border-border bg-surface p-1 text-text shadow-floating"
      >
        {items.map(({ label: text, icon: Icon, note, disabled = false, danger = false, checked, onSelect }) => (
          <button
            key={text}
            type="button"
            role={checked === undefined ? 'menuitem' : 'menuitemradio'}
            aria-checked={checked}
            disabled={disabled}
            onClick={() => {
              popover.current?.hidePopover();
              onSelect();
            }}
            className={`flex h-7 w-full items-center gap-2 rounded px-2 text-left whitespace-nowrap hover:bg-raised focus-visible:bg-raised focus-visible:outline-offset-[-2px] disabled:opacity-45 ${danger ? 'text-error' : ''}`}
          >
            {Icon !== undefined && <Icon aria-hidden size={14} strokeWidth={1.75} className={danger ? '' : 'text-secondary'} />}
            <span className="flex-1">{text}</span>
            {note !== undefined && <span className="pl-4 text-label text-muted">{note}</span>}
          </button>
        ))}
      </div>
    </>
  );
}
