import { CircleAlert, CircleCheck } from 'lucide-react';
import { useId, useState } from 'react';
import type { ConnectionTest } from '../../../shared/contract/commands.ts';
import { formatCounted, formatDuration } from '../../../shared/format/format.ts';
import type { Provider } from '../../../shared/vocabulary.ts';
import { Button } from '../../components/Button.tsx';
import { Checkbox, TextField } from '../../components/fields.tsx';
import { PROVIDER_PRESETS } from '../../store/providers-slice.ts';
import { useApp } from '../../store/use-store.ts';

function originOf(baseUrl: string): string | null {
  try {
    return new URL(baseUrl).origin;
  } catch (thrown) {
    if (thrown instanceof TypeError) return null;
    throw thrown;
  }
}

function TestAnswer({ answer }: { readonly answer: ConnectionTest }) {
  const Icon = answer.ok ? CircleCheck : CircleAlert;
  return (
    <output className="flex items-start gap-2 select-text">
      <Icon aria-hidden size={15} strokeWidth={1.75} className={`mt-0.5 shrink-0 ${answer.ok ? 'text-ok' : 'text-error'}`} />
      <span className="min-w-0 break-words">
        {answer.message} {answer.ok && <span className="text-muted">{formatDuration(answer.latencyMs)}</span>}
      </span>
    </output>
  );
}

interface ProviderFormProps {
  /** null makes a new one. */
  readonly provider: Provider | null;
  readonly onDone: () => void;
}

/** One provider: address, model and key. The key is written only; afterwards its last four characters are shown. */
export function ProviderForm({ provider, onDone }: ProviderFormProps) {
  const saveProvider = useApp((state) => state.saveProvider);
  const testProvider = useApp((state) => state.testProvider);
  const removeProvider = useApp((state) => state.removeProvider);
  const wasDefault = useApp((state) => state.defaultProviderId === provider?.id);
  const [name, setName] = useState(provider?.name ?? '');
  const [baseUrl, setBaseUrl] = useState(provider?.baseUrl ?? '');
  const [model, setModel] = useState(provider?.model ?? '');
  const [key, setKey] = useState('');
  const [makeDefault, setMakeDefault] = useState(provider === null || wasDefault);
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<ConnectionTest | null>(null);
  const modelsId = useId();

  const origin = originOf(baseUrl);
  const moved = provider !== null && provider.keyHint !== null && origin !== originOf(provider.baseUrl);
  const keyHelp = moved ? 'The address changed, so the key has to be entered again.' : provider?.keyHint != null ? `The key that ends in ${provider.keyHint} is in memory. Leave empty to keep it.` : 'Kept in memory until Tasklane quits; bound to this address. Local servers need none.';
  const complete = name.trim() !== '' && origin !== null;
  const save = async (): Promise<void> => {
    setBusy(true);
    const saved = await saveProvider({ providerId: provider?.id ?? null, name: name.trim(), baseUrl: baseUrl.trim(), model: model.trim(), key: key === '' ? null : key, makeDefault });
    setBusy(false);
    if (saved !== null) onDone();
  };
  const test = async (): Promise<void> => {
    setBusy(true);
    setAnswer(await testProvider({ providerId: provider?.id ?? null, baseUrl: baseUrl.trim(), key: key === '' ? null : key }));
    setBusy(false);
  };

  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (complete && !busy) void save();
      }}
    >
      <h3 className="font-medium">{provider === null ? 'Add a provider' : `Edit ${provider.name}`}</h3>
      {provider === null && (
        <fieldset aria-label="Presets" className="flex flex-wrap gap-1.5">
          {PROVIDER_PRESETS.map((preset) => (
            <Button
              key={preset.name}
              small
              onClick={() => {
                setName(preset.name);
                setBaseUrl(preset.baseUrl);
                setAnswer(null);
              }}
            >
              {preset.name}
            </Button>
          ))}
        </fieldset>
      )}
      <div className="grid grid-cols-2 gap-x-4 gap-y-3">
        <TextField label="Name" value={name} onValue={setName} placeholder="e.g. OpenAI" />
        <TextField label="Base URL" mono value={baseUrl} onValue={setBaseUrl} placeholder="https://api.openai.com/v1" help={baseUrl !== '' && origin === null ? <span className="text-error">A full address, such as https://api.openai.com/v1.</span> : 'With the version path.'} />
        <TextField label="API key" type="password" mono autoComplete="off" value={key} onValue={setKey} placeholder={provider?.keyHint != null && !moved ? `••••${provider.keyHint}` : ''} help={keyHelp} />
        <TextField label="Model" mono list={modelsId} value={model} onValue={setModel} placeholder="Model for new batches" help={answer !== null && answer.models.length > 0 ? `${formatCounted(answer.models.length, 'model')} to choose from.` : 'Test the connection to see which there are.'} />
        <datalist id={modelsId}>
          {answer?.models.map((known) => (
            <option key={known} value={known}>
              {known}
            </option>
          ))}
        </datalist>
      </div>
      <Checkbox label="Use for new batches" checked={makeDefault} disabled={wasDefault} onValue={setMakeDefault} />
      <div className="flex items-center gap-2">
        <Button disabled={origin === null || busy} onClick={() => void test()}>
          Test connection
        </Button>
        <div className="min-w-0 flex-1">{answer !== null && <TestAnswer answer={answer} />}</div>
      </div>
      <div className="flex items-center gap-2 border-t border-border pt-4">
        {provider !== null && (
          <Button
            look="danger"
            disabled={busy}
            onClick={() => {
              void removeProvider(provider.id);
              onDone();
            }}
          >
            Remove
          </Button>
        )}
        <span className="flex-1" />
        <Button onClick={onDone}>Back</Button>
        <Button look="primary" type="submit" disabled={!complete || busy}>
          Save
        </Button>
      </div>
    </form>
  );
}
