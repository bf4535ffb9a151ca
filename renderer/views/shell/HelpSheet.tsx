import { Sheet } from '../../components/Sheet.tsx';
import { SHORTCUT_HELP } from '../../store/shortcuts.ts';
import { keysText } from '../platform.ts';

/** All shortcuts. */
export function HelpSheet({ onClose }: { readonly onClose: () => void }) {
  return (
    <Sheet title="Keyboard" onClose={onClose} size="w-[640px] max-h-[calc(100vh-64px)]">
      <div className="grid grid-cols-2 gap-8 px-5 py-4">
        {SHORTCUT_HELP.map(({ group, entries }) => (
          <section key={group}>
            <h3 className="pb-2 text-label text-muted">{group}</h3>
            <dl className="flex flex-col">
              {entries.map(([keys, effect]) => (
                <div key={keys} className="flex items-center justify-between gap-4 border-b border-border py-1 last:border-0">
                  <dt className="order-2 shrink-0 text-small text-secondary">{keysText(keys)}</dt>
                  <dd>{effect}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Sheet>
  );
}
