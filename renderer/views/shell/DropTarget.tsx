import { Download } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { dropOutcome } from '../../store/import-slice.ts';
import { useAppStore } from '../../store/use-store.ts';

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input:not([type=range]):not([type=checkbox]), textarea, select'));
}

function draggedFiles(event: DragEvent): number {
  return [...(event.dataTransfer?.items ?? [])].filter((item) => item.kind === 'file').length;
}

/** Makes the whole window take drops and pastes; while files hover, an overlay names the outcome. */
export function DropTarget({ children }: { readonly children: ReactNode }) {
  const store = useAppStore();
  const [hovering, setHovering] = useState<number | null>(null);
  const overlay = useRef<HTMLOutputElement>(null);

  useEffect(() => {
    const stop = new AbortController();
    const options = { signal: stop.signal };
    // Enter and leave fire for every element passed; only the balance says whether the pointer is still inside.
    let depth = 0;
    const end = (): void => {
      depth = 0;
      setHovering(null);
    };
    window.addEventListener('dragenter', (event) => {
      const count = draggedFiles(event);
      if (count === 0) return;
      event.preventDefault();
      depth += 1;
      setHovering(count);
    }, options);
    window.addEventListener('dragover', (event) => {
      if (draggedFiles(event) === 0) return;
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
    }, options);
    window.addEventListener('dragleave', () => {
      depth -= 1;
      if (depth <= 0) end();
    }, options);
    window.addEventListener('drop', (event) => {
      event.preventDefault();
      end();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) void store.getState().importFiles(files);
    }, options);
    window.addEventListener('paste', (event) => {
      if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
      const files = [...(event.clipboardData?.files ?? [])];
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (files.length === 0 && text.trim() === '') return;
      event.preventDefault();
      void (files.length > 0 ? store.getState().importFiles(files) : store.getState().importText(text));
    }, options);
    return () => stop.abort();
  }, [store]);

  useEffect(() => {
    if (hovering !== null) overlay.current?.showPopover();
    else if (overlay.current?.matches(':popover-open') === true) overlay.current.hidePopover();
  }, [hovering]);

  return (
    <div className="flex h-full">
      {children}
      <output ref={overlay} popover="manual" className="pointer-events-none inset-0 m-0 h-full max-h-none w-full max-w-none bg-background/85 p-4 text-text">
        <div className="flex h-full flex-col items-center justify-center gap-2 rounded-card border-2 border-dashed border-accent">
          <Download aria-hidden size={28} strokeWidth={1.5} className="text-accent" />
          <p className="text-title font-semibold">{dropOutcome(hovering ?? 1)}</p>
          <p className="text-secondary">You see every row and every problem before anything is imported.</p>
        </div>
      </output>
    </div>
  );
}
