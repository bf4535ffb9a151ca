import type { BatchDraft } from '../../../shared/contract/commands.ts';
import { MAX_TOKENS_LIMIT } from '../../../shared/vocabulary.ts';
import { SimulatedBadge } from '../../components/Badge.tsx';
import { Button } from '../../components/Button.tsx';
import { Checkbox, NumberField, SelectField, TextField } from '../../components/fields.tsx';
import { useApp } from '../../store/use-store.ts';

/** Longest timeout in seconds: timers end at 2^31-1 ms. */
const TIMEOUT_MAX_S = 2_147_483;

/** Provider, model and what else the request holds. */
export function ParametersForm({ draft }: { readonly draft: BatchDraft }) {
  const providers = useApp((state) => state.providers);
  const editDraft = useApp((state) => state.editDraft);
  const chooseProvider = useApp((state) => state.chooseProvider);
  const openSettings = useApp((state) => state.openSettings);
  const chosen = providers.find((provider) => provider.id === draft.providerId);
  const options = providers.map((provider) => [provider.id, provider.simulated && !/simulated/i.test(provider.name) ? `${provider.name} (simulated)` : provider.name] as const);
  return (
    <section aria-label="Model and parameters" className="grid grid-cols-2 gap-x-4 gap-y-3">
      <SelectField
        label="Provider"
        value={chosen === undefined ? '' : draft.providerId}
        options={chosen === undefined ? [['', 'Choose a provider'], ...options] : options}
        onValue={chooseProvider}
        help={
          chosen?.simulated === true ? (
            <span className="flex items-center gap-2">
              <SimulatedBadge /> no key, no cost
            </span>
          ) : chosen !== undefined && chosen.keyHint === null ? (
            <span className="flex items-center gap-2">
              No key in memory.
              <Button small look="ghost" onClick={() => openSettings('providers', chosen.id)}>
                Set one
              </Button>
            </span>
          ) : undefined
        }
      />
      <TextField label="Model" mono value={draft.model} placeholder="e.g. gpt-4o-mini" onValue={(model) => editDraft({ model })} />
      <NumberField label="Max tokens" value={draft.maxTokens} min={1} max={MAX_TOKENS_LIMIT} emptyText="Not sent" onValue={(maxTokens) => editDraft({ maxTokens })} />
      <NumberField label="Temperature" value={draft.temperature} min={0} max={2} whole={false} emptyText="Not sent" onValue={(temperature) => editDraft({ temperature })} />
      <NumberField label="Attempts per task" value={draft.maxAttempts} min={1} max={100} help="Rate limits do not count." onValue={(value) => value !== null && editDraft({ maxAttempts: value })} />
      <NumberField label="Timeout" unit="seconds" value={draft.timeoutMs / 1000} min={1} max={TIMEOUT_MAX_S} whole={false} help="For one attempt." onValue={(value) => value !== null && editDraft({ timeoutMs: Math.round(value * 1000) })} />
      <div className="col-span-2">
        <Checkbox label="Stream answers as they are written" checked={draft.stream} onValue={(stream) => editDraft({ stream })} />
      </div>
    </section>
  );
}
