import { useId } from 'react';
import type { AppSettings } from '../../../shared/vocabulary.ts';
import { useApp } from '../../store/use-store.ts';

const CHOICES = [
  { value: 'once', title: 'Send interrupted tasks once more (flagged)', sentence: 'Resuming sends each of them again, at most once; it may be billed twice. Interrupted a second time, it is kept with the failures.' },
  { value: 'ask', title: 'Ask first: keep them with the failures', sentence: 'Nothing is sent that may have been billed already, until you retry it by hand. The rest of the batch goes on when you resume.' },
] as const satisfies readonly { readonly value: AppSettings['resendInterrupted']; readonly title: string; readonly sentence: string }[];

/** How runs behave, for all batches: what becomes of tasks that were in flight when the program ended. */
export function RunsPage() {
  const chosen = useApp((state) => state.settings.resendInterrupted);
  const configure = useApp((state) => state.configure);
  const readOnly = useApp((state) => state.isReadOnly);
  const name = useId();
  return (
    <fieldset disabled={readOnly} className="flex flex-col gap-3">
      <legend className="font-medium">After a crash</legend>
      <p className="pt-1 text-secondary">What has finished is never sent again. Only tasks in flight when Tasklane ended are in doubt: the provider may have answered and billed them, but the answer was lost.</p>
      {CHOICES.map(({ value, title, sentence }) => (
        <div key={value} className="relative flex items-start gap-2.5 rounded-card border border-border bg-surface px-3.5 py-2.5 has-checked:border-control has-focus-visible:outline-2 has-focus-visible:outline-accent">
          <input type="radio" id={`${name}-${value}`} name={name} value={value} checked={chosen === value} aria-describedby={`${name}-${value}-more`} onChange={() => void configure({ resendInterrupted: value })} className="relative z-10 mt-[3px] size-3.5 shrink-0 accent-accent outline-none" />
          <div className="min-w-0">
            {/* Reaches over the whole card, so that a click anywhere on it chooses. */}
            <label htmlFor={`${name}-${value}`} className="after:absolute after:inset-0">
              {title}
            </label>
            <p id={`${name}-${value}-more`} className="text-small text-secondary">
              {sentence}
            </p>
          </div>
        </div>
      ))}
      <p className="text-small text-muted">Applies to all batches, from the next start of Tasklane on.</p>
    </fieldset>
  );
}
