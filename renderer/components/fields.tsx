import { useId, useState } from 'react';
import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';

export const INPUT_LOOK = 'rounded border border-control/60 bg-surface px-2 text-body text-text hover:border-control disabled:opacity-50';

interface FieldProps {
  readonly label: string;
  /** A sentence under the field. */
  readonly help?: ReactNode;
  readonly className?: string | undefined;
  readonly children: (id: string) => ReactNode;
}

/** A label above a control, tied together for screen readers. */
export function Field({ label, help, className, children }: FieldProps) {
  const id = useId();
  return (
    <div className={classNames('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={id} className="text-small text-secondary">
        {label}
      </label>
      {children(id)}
      {help !== undefined && <div className="text-small text-muted">{help}</div>}
    </div>
  );
}

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'onChange'> {
  readonly label: string;
  readonly help?: ReactNode;
  readonly onValue: (value: string) => void;
  readonly mono?: boolean;
}

export function TextField({ label, help, onValue, mono = false, className, ...rest }: TextFieldProps) {
  return (
    <Field label={label} help={help} className={className}>
      {(id) => <input id={id} autoComplete="off" spellCheck={false} {...rest} onChange={(event) => onValue(event.target.value)} className={classNames(INPUT_LOOK, 'h-7 w-full', mono && 'font-mono text-small')} />}
    </Field>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: number | null;
  readonly min: number;
  readonly max: number;
  /** Shown while empty; without it, empty is not allowed and the last value comes back. */
  readonly emptyText?: string;
  readonly whole?: boolean;
  readonly help?: ReactNode;
  readonly unit?: string;
  readonly disabled?: boolean;
  readonly onValue: (value: number | null) => void;
}

/** A number that is taken over when it is in range; otherwise the field says what is expected. */
export function NumberField({ label, value, min, max, emptyText, whole = true, help, unit, disabled = false, onValue }: NumberFieldProps) {
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? (value === null ? '' : String(value));
  const parsed = shown.trim() === '' ? null : Number(shown);
  const valid = parsed === null ? emptyText !== undefined : Number.isFinite(parsed) && parsed >= min && parsed <= max && (!whole || Number.isInteger(parsed));
  return (
    <Field label={unit === undefined ? label : `${label} (${unit})`} help={valid ? help : <span className="text-error">{`${whole ? 'A whole number' : 'A number'} from ${min} to ${max}${emptyText === undefined ? '' : ', or empty'}.`}</span>}>
      {(id) => (
        <input
          id={id}
          inputMode="decimal"
          autoComplete="off"
          placeholder={emptyText}
          disabled={disabled}
          value={shown}
          aria-invalid={!valid}
          onChange={(event) => {
            const next = event.target.value;
            setText(next);
            const number = next.trim() === '' ? null : Number(next);
            const allowed = number === null ? emptyText !== undefined : Number.isFinite(number) && number >= min && number <= max && (!whole || Number.isInteger(number));
            if (allowed) onValue(number);
          }}
          onBlur={() => setText(null)}
          className={classNames(INPUT_LOOK, 'h-7 w-full', !valid && 'border-error')}
        />
      )}
    </Field>
  );
}

interface SelectFieldProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onValue: (value: string) => void;
  readonly help?: ReactNode;
  readonly className?: string;
  readonly disabled?: boolean;
}

export function SelectField({ label, value, options, onValue, help, className, disabled = false }: SelectFieldProps) {
  return (
    <Field label={label} help={help} className={className}>
      {(id) => (
        <select id={id} value={value} disabled={disabled} onChange={(event) => onValue(event.target.value)} className={classNames(INPUT_LOOK, 'h-7 w-full pr-1 pl-1.5')}>
          {options.map(([key, text]) => (
            <option key={key} value={key}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckboxProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onValue: (checked: boolean) => void;
  readonly disabled?: boolean;
}

export function Checkbox({ label, checked, onValue, disabled = false }: CheckboxProps) {
  return (
    <label className={classNames('inline-flex items-center gap-2', disabled && 'opacity-50')}>
      <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onValue(event.target.checked)} className="size-3.5 accent-accent" />
      {label}
    </label>
  );
}
