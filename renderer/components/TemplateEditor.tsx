import { useRef } from 'react';
import { missingVariables, templateVariables } from '../../shared/template/template.ts';
import { nearestName } from '../../shared/template/nearest-name.ts';
import { classNames } from './class-names.ts';
import { Field, INPUT_LOOK } from './fields.tsx';

interface TemplateEditorProps {
  readonly label: string;
  readonly value: string;
  readonly columns: readonly string[];
  readonly onValue: (value: string) => void;
  readonly placeholder?: string;
  readonly rows: number;
  /** Whether the column chips are shown. */
  readonly chips: boolean;
  readonly disabled?: boolean;
}

/** Names the variables that no column fills and what to do; nothing when all are filled. */
export function MissingVariables({ template, columns }: { readonly template: string; readonly columns: readonly string[] }) {
  const missing = missingVariables(template, columns);
  if (missing.length === 0) return null;
  return (
    <div role="alert" className="flex flex-col gap-0.5 text-small text-error">
      {missing.map((name) => {
        const nearest = nearestName(name, columns);
        return (
          <p key={name}>
            No column is called <code className="font-mono">{`{{${name}}}`}</code>.{' '}
            {nearest === null ? 'Use one of the columns, or add it to the file.' : <>Did you mean <code className="font-mono">{`{{${nearest}}}`}</code>?</>}
          </p>
        );
      })}
    </div>
  );
}

/** A prompt template with a chip per column that inserts `{{column}}` at the cursor. */
export function TemplateEditor({ label, value, columns, onValue, placeholder, rows, chips, disabled = false }: TemplateEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const used = new Set(templateVariables(value));
  const insert = (column: string): void => {
    const element = area.current;
    if (element === null) return;
    element.focus();
    element.setRangeText(`{{${column}}}`, element.selectionStart, element.selectionEnd, 'end');
    onValue(element.value);
  };
  return (
    <div className="flex flex-col gap-1.5">
      <Field label={label}>
        {(id) => (
          <textarea
            ref={area}
            id={id}
            rows={rows}
            value={value}
            disabled={disabled}
            placeholder={placeholder}
            spellCheck={false}
            onChange={(event) => onValue(event.target.value)}
            className={classNames(INPUT_LOOK, 'resize-y py-1.5 font-mono text-small leading-5')}
          />
        )}
      </Field>
      {chips && (
        <fieldset aria-label="Insert a column" className="flex max-h-20 flex-wrap gap-1 overflow-auto p-px">
          {columns.map((column) => (
            <button
              key={column}
              type="button"
              disabled={disabled}
              title={`Insert {{${column}}}`}
              onClick={() => insert(column)}
              className={classNames('h-5 max-w-44 truncate rounded border px-1.5 font-mono text-label transition-colors hover:border-control disabled:opacity-50', used.has(column) ? 'border-accent/50 bg-accent/8 text-accent' : 'border-border bg-surface text-secondary')}
            >
              {column}
            </button>
          ))}
        </fieldset>
      )}
      <MissingVariables template={value} columns={columns} />
    </div>
  );
}
