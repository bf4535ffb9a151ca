import { useEffect, useRef, useState } from 'react';
import { classNames } from '../../components/class-names.ts';
import { useApp, useAppStore } from '../../store/use-store.ts';
import { keysText } from '../platform.ts';
import { paletteCommands } from './palette-commands.ts';

/** Moves the focus through the input and the commands below it. */
function moveFocus(dialog: HTMLDialogElement, step: 1 | -1): void {
  const stops = [...dialog.querySelectorAll<HTMLElement>('input, button')];
  const position = stops.findIndex((stop) => stop === document.activeElement);
  // From the input the first command is chosen already, so the arrow goes on to the second.
  const next = position === 0 && step === 1 ? 2 : position + step;
  stops.at(Math.min(Math.max(0, next), stops.length - 1))?.focus();
}

/** Everything by name: type, choose with the arrows, Enter. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const store = useAppStore();
  const batches = useApp((state) => state.batches);
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (element !== null && !element.open) element.showModal();
    return () => {
      element?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const words = text.toLowerCase().split(/\s+/);
  const found = paletteCommands(store, batches).filter((command) => words.every((word) => command.name.toLowerCase().includes(word)));
  useEffect(() => {
    const element = dialog.current;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (element === null || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
      event.preventDefault();
      moveFocus(element, event.key === 'ArrowDown' ? 1 : -1);
    };
    element?.addEventListener('keydown', onKeyDown);
    return () => element?.removeEventListener('keydown', onKeyDown);
  }, []);
  const choose = (index: number): void => {
    onClose();
    found[index]?.perform();
  };
  return (
    <dialog
      ref={dialog}
      aria-label="Command palette"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className="mx-auto mt-[14vh] flex max-h-[56vh] w-[520px] flex-col overflow-hidden rounded-card border border-border bg-surface text-text shadow-floating"
    >
      <input
        aria-label="Command"
        placeholder="Type a command or a batch"
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          choose(0);
        }}
        className="h-11 shrink-0 border-b border-border bg-transparent px-4 outline-none"
      />
      <ul aria-label="Commands" className="group min-h-0 overflow-auto p-1">
        {found.map((command, index) => (
          <li key={`${command.name} ${command.keys} ${command.id}`}>
            <button
              type="button"
              onClick={() => choose(index)}
              className={classNames('focus-inset flex h-8 w-full items-center gap-3 rounded px-3 text-left hover:bg-raised focus-visible:bg-raised', index === 0 && 'bg-raised group-focus-within:not-focus-visible:bg-transparent')}
            >
              <span className="min-w-0 flex-1 truncate">{command.name}</span>
              {command.keys !== '' && <span className="text-label text-muted">{keysText(command.keys)}</span>}
            </button>
          </li>
        ))}
        {found.length === 0 && <li className="px-3 py-2 text-muted">Nothing is called so.</li>}
      </ul>
    </dialog>
  );
}
