import type { FileFormat, ImportPreview } from '../../../shared/contract/commands.ts';
import { formatBytes } from '../../../shared/format/format.ts';
import { INPUT_LOOK } from '../../components/fields.tsx';
import type { ImportDraft } from '../../store/import-slice.ts';
import { useApp } from '../../store/use-store.ts';

const FORMATS: Readonly<Record<FileFormat, string>> = { csv: 'CSV', tsv: 'TSV', jsonl: 'JSONL', text: 'Plain text' };
const DELIMITERS: readonly (readonly [value: string, text: string])[] = [
  [',', 'comma'],
  [';', 'semicolon'],
  ['\t', 'tab'],
  ['|', 'pipe'],
];

function delimiterName(delimiter: string): string {
  return DELIMITERS.find(([value]) => value === delimiter)?.[1] ?? `“${delimiter}”`;
}

interface PickProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly disabled: boolean;
  readonly onValue: (value: string) => void;
}

function Pick({ label, value, options, disabled, onValue }: PickProps) {
  return (
    <label className="flex items-center gap-1.5 text-small text-secondary">
      {label}
      <select value={value} disabled={disabled} onChange={(event) => onValue(event.target.value)} className={`${INPUT_LOOK} h-6 pr-0.5 pl-1 text-small`}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** How the files were read, as found out, and the way to decide otherwise. */
export function ReadingOptions({ draft, preview }: { readonly draft: ImportDraft; readonly preview: ImportPreview }) {
  const setReadOptions = useApp((state) => state.setReadOptions);
  const { options } = draft;
  const first = preview.files[0];
  const table = first?.format === 'csv' || first?.format === 'tsv';
  const disabled = draft.status === 'creating';
  const found = first === undefined ? '' : `Automatic: ${FORMATS[first.format]}`;
  const foundDelimiter = first?.delimiter == null ? 'Automatic' : `Automatic: ${delimiterName(first.delimiter)}`;
  const foundHeader = first === undefined ? 'Automatic' : `Automatic: ${first.header ? 'yes' : 'no'}`;
  const sizeBytes = preview.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-1.5 border-b border-border px-4 py-2">
      <Pick label="Format" disabled={disabled} value={options.format ?? ''} options={[['', found], ...Object.entries(FORMATS)]} onValue={(value) => void setReadOptions({ format: value === '' ? null : (value as FileFormat), delimiter: null, header: null })} />
      {table && <Pick label="Delimiter" disabled={disabled} value={options.delimiter ?? ''} options={[['', foundDelimiter], ...DELIMITERS]} onValue={(value) => void setReadOptions({ delimiter: value === '' ? null : value })} />}
      {table && (
        <Pick
          label="Header row"
          disabled={disabled}
          value={options.header === null ? '' : String(options.header)}
          options={[
            ['', foundHeader],
            ['true', 'yes'],
            ['false', 'no'],
          ]}
          onValue={(value) => void setReadOptions({ header: value === '' ? null : value === 'true' })}
        />
      )}
      <span className="flex-1" />
      <span className="text-small text-muted">{`${[...new Set(preview.files.map((file) => file.encoding))].join(', ')} · ${formatBytes(sizeBytes)}`}</span>
    </div>
  );
}
