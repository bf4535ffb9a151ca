import { useId } from 'react';
import { classNames } from './class-names.ts';

interface SegmentedControlProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [value: T, text: string])[];
  readonly onValue: (value: T) => void;
}

/** One of a few choices side by side: radio buttons, so that arrows choose and screen readers count. */
export function SegmentedControl<T extends string>({ label, value, options, onValue }: SegmentedControlProps<T>) {
  const name = useId();
  return (
    <fieldset aria-label={label} className="inline-flex rounded border border-border bg-raised p-0.5 select-none">
      {options.map(([key, text]) => (
        <label
          key={key}
          className={classNames(
            'flex h-5 items-center rounded-[4px] px-2 text-small whitespace-nowrap transition-colors has-focus-visible:outline-2 has-focus-visible:outline-accent',
            key === value ? 'bg-surface text-text shadow-[0_0_0_1px_var(--border)]' : 'text-secondary hover:text-text',
          )}
        >
          <input type="radio" name={name} value={key} checked={key === value} onChange={() => onValue(key)} className="sr-only" />
          {text}
        </label>
      ))}
    </fieldset>
  );
}
