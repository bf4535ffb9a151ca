import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Provider } from '../../../shared/vocabulary.ts';
import { Badge, SimulatedBadge } from '../../components/Badge.tsx';
import { Button } from '../../components/Button.tsx';
import { useApp } from '../../store/use-store.ts';
import { ProviderForm } from './ProviderForm.tsx';

interface ProviderCardProps {
  readonly provider: Provider;
  readonly isDefault: boolean;
  readonly onEdit: () => void;
}

function ProviderCard({ provider, isDefault, onEdit }: ProviderCardProps) {
  const setDefaultProvider = useApp((state) => state.setDefaultProvider);
  const keyText = provider.simulated ? 'needs no key' : provider.keyHint === null ? 'no key in memory' : `key …${provider.keyHint}`;
  return (
    <li className="flex items-center gap-3 rounded-card border border-border bg-surface px-3.5 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2 font-medium">
          <span className="truncate">{provider.name}</span>
          {provider.simulated && <SimulatedBadge />}
          {isDefault && <Badge tone="ok">default</Badge>}
        </p>
        <p className="truncate text-small text-secondary">
          {provider.simulated ? 'Built in: realistic times and made-up answers on this computer' : provider.baseUrl}
          {provider.model !== '' && ` · ${provider.model}`}
          {` · ${keyText}`}
        </p>
      </div>
      {!isDefault && (
        <Button small onClick={() => void setDefaultProvider(provider.id)}>
          Make default
        </Button>
      )}
      {!provider.simulated && (
        <Button small aria-label={`Edit ${provider.name}`} onClick={onEdit}>
          Edit
        </Button>
      )}
    </li>
  );
}

/** All providers, and the form for one; `startAt` opens the form of that provider. */
export function ProvidersPage({ startAt }: { readonly startAt: string | null }) {
  const providers = useApp((state) => state.providers);
  const defaultProviderId = useApp((state) => state.defaultProviderId);
  const [editing, setEditing] = useState<Provider | 'new' | null>(() => providers.find((provider) => provider.id === startAt && !provider.simulated) ?? null);
  if (editing !== null) return <ProviderForm provider={editing === 'new' ? null : editing} onDone={() => setEditing(null)} />;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-3">
        <p className="flex-1 text-secondary">Any endpoint that speaks the OpenAI API. New batches use the default one.</p>
        <Button icon={Plus} onClick={() => setEditing('new')}>
          Add provider
        </Button>
      </div>
      <ul className="flex flex-col gap-2">
        {providers.map((provider) => (
          <ProviderCard key={provider.id} provider={provider} isDefault={provider.id === defaultProviderId} onEdit={() => setEditing(provider)} />
        ))}
      </ul>
    </div>
  );
}
