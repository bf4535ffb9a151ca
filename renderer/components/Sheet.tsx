import { X } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import type { ReactNode } from 'react';
import { Button, IconButton } from './Button.tsx';
import { classNames } from './class-names.ts';

interface SheetProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at the bottom, the main one last. */
  readonly footer?: ReactNode;
  /** Classes for width and height. */
  readonly size: string;
  readonly note?: ReactNode;
}

/**
 * A modal dialog over the window. The native element keeps the focus inside, closes on Escape, and makes the rest inert;
 * the focus goes back to where it was.
 */
export function Sheet({ title, onClose, children, footer, size, note }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (element !== null && !element.open) {
      element.showModal();
      element.focus();
    }
    return () => {
      element?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      tabIndex={-1}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className={classNames('m-auto flex flex-col overflow-hidden rounded-card border border-border bg-background text-text shadow-floating outline-none', size)}
    >
      <header className="flex h-11 shrink-0 items-center gap-3 border-b border-border pr-2.5 pl-4">
        <h2 id={titleId} className="text-title font-semibold">
          {title}
        </h2>
        <div className="min-w-0 flex-1 truncate text-small text-secondary">{note}</div>
        <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />
      </header>
      <div className="flex min-h-0 flex-1 flex-col overflow-auto">{children}</div>
      {footer !== undefined && <footer className="flex shrink-0 items-center gap-2 border-t border-border bg-surface px-4 py-2.5">{footer}</footer>}
    </dialog>
  );
}

interface ConfirmProps {
  readonly title: string;
  readonly sentence: string;
  readonly action: string;
  readonly danger?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** A question before something that can't be undone. */
export function Confirm({ title, sentence, action, danger = false, onConfirm, onClose }: ConfirmProps) {
  return (
    <Sheet
      title={title}
      onClose={onClose}
      size="w-[420px]"
      footer={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Go back</Button>
          <Button
            look={danger ? 'danger' : 'primary'}
            onClick={() => {
              onClose();
              onConfirm();
            }}
          >
            {action}
          </Button>
        </>
      }
    >
      <p className="px-4 py-4 text-secondary">{sentence}</p>
    </Sheet>
  );
}
