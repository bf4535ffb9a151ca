import { Ellipsis, FileDown, Pencil, RotateCcw, SkipForward } from 'lucide-react';
import { memo } from 'react';
import type { FailureGroup } from '../../../shared/contract/commands.ts';
import { assertNever } from '../../../shared/errors.ts';
import { formatCount, formatCounted } from '../../../shared/format/format.ts';
import { failureAdvice, failureLabel } from '../../../shared/format/stop-reason.ts';
import { Badge } from '../../components/Badge.tsx';
import { Button, IconButton } from '../../components/Button.tsx';
import { Menu } from '../../components/Menu.tsx';
import { visibleText } from '../../components/visible-text.ts';
import { actionsFor } from '../../store/failure-actions.ts';
import type { FailureFix } from '../../store/failure-actions.ts';
import { timeAgo } from '../../store/relative-time.ts';
import { useApp, useBlocked } from '../../store/use-store.ts';

type Look = 'primary' | 'plain';

interface FailureGroupCardProps {
  readonly group: FailureGroup;
  /** Of the run; single values, so that a card is drawn again only when they change. */
  readonly concurrency: number;
  readonly maxTokens: number | null;
  readonly providerId: string | null;
  /** Whether the right action of this group may carry the one accent of the view. */
  readonly accent: boolean;
  /** Wall clock, epoch ms. */
  readonly nowMs: number;
}

interface FixButtonProps {
  readonly fix: FailureFix;
  readonly indices: Uint32Array;
  readonly providerId: string | null;
  readonly look: Look;
}

function FixButton({ fix, indices, providerId, look }: FixButtonProps) {
  const openSettings = useApp((state) => state.openSettings);
  const openEdit = useApp((state) => state.openEdit);
  const blocked = useBlocked();
  const edit = (text: string, field: 'template' | 'prompt' | 'maxTokens' | 'timeoutMs') => (
    <Button look={look} disabled={blocked} onClick={() => void openEdit([...indices], field)}>
      {text}
    </Button>
  );
  switch (fix) {
    case 'key':
      return (
        <Button look={look} onClick={() => openSettings('providers', providerId)}>
          Fix the key
        </Button>
      );
    case 'provider':
      return (
        <Button look={look} onClick={() => openSettings('providers', providerId)}>
          Check provider
        </Button>
      );
    case 'prompt':
      return edit('Edit prompt', indices.length === 1 ? 'prompt' : 'template');
    case 'maxTokens':
      return edit('Raise max tokens', 'maxTokens');
    case 'timeout':
      return edit('Raise timeout', 'timeoutMs');
    default:
      return assertNever(fix);
  }
}

function GroupActions({ group, concurrency, maxTokens, providerId, accent }: Omit<FailureGroupCardProps, 'nowMs'>) {
  const retry = useApp((state) => state.retry);
  const skip = useApp((state) => state.skip);
  const openEdit = useApp((state) => state.openEdit);
  const exportFailures = useApp((state) => state.exportFailures);
  const blocked = useBlocked();
  const { indices } = group;
  const count = formatCount(indices.length);
  const { outlook, fix, slowerAt } = actionsFor(group.class, { concurrency, maxTokens });
  const retryIsRight = outlook === 'promising' && fix === null;
  return (
    <div className="flex flex-wrap items-center justify-end gap-2">
      {fix !== null && <FixButton fix={fix} indices={indices} providerId={providerId} look={accent ? 'primary' : 'plain'} />}
      {slowerAt !== null && (
        <Button disabled={blocked} title={`Sends them again with ${slowerAt} at once instead of ${concurrency}; this lowers the concurrency of the whole run`} onClick={() => void retry([...indices], { concurrency: slowerAt })}>
          {`Retry at ${slowerAt}`}
        </Button>
      )}
      {outlook !== 'hopeless' && (
        <Button look={accent && retryIsRight ? 'primary' : 'plain'} icon={RotateCcw} disabled={blocked} onClick={() => void retry([...indices])}>
          {`Retry ${count}`}
        </Button>
      )}
      <Menu
        label="More for this group"
        items={[
          { label: 'Edit and retry…', icon: Pencil, disabled: blocked, onSelect: () => void openEdit([...indices], indices.length === 1 ? 'prompt' : 'template') },
          { label: `Export ${count}`, icon: FileDown, note: 'JSONL', onSelect: () => void exportFailures([...indices]) },
          { label: `Skip ${count}`, icon: SkipForward, note: 'keeps the history', disabled: blocked, onSelect: () => void skip([...indices]) },
        ]}
        renderButton={(props) => <IconButton {...props} icon={Ellipsis} label={`More for “${failureLabel(group.class)}”`} className="size-7" />}
      />
    </div>
  );
}

function WhenSent({ lastAt, nowMs }: { readonly lastAt: string | null; readonly nowMs: number }) {
  if (lastAt === null) return <span className="shrink-0 text-small text-muted">never sent</span>;
  const at = new Date(lastAt);
  return (
    <time dateTime={lastAt} title={`Last sent ${at.toLocaleString()} (${lastAt})`} className="shrink-0 text-small whitespace-nowrap text-muted">
      {timeAgo(at.getTime(), nowMs)}
    </time>
  );
}

/** Tasks that went wrong in the same way: how many, how, since when, an example, and what to do about them. */
export const FailureGroupCard = memo(function FailureGroupCard({ group, nowMs, ...rest }: FailureGroupCardProps) {
  const openTask = useApp((state) => state.openTask);
  const { example, message, code, httpStatus } = group;
  const label = failureLabel(group.class);
  return (
    <li aria-label={`${label}, ${formatCounted(group.indices.length, 'task')}`} className="rounded-card border border-border bg-surface px-4 py-3">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 grow basis-80">
          <h3 className="flex min-h-7 flex-wrap items-center gap-x-2 gap-y-1 font-medium">
            {label}
            <span className="text-small font-normal text-secondary">{formatCounted(group.indices.length, 'task')}</span>
            {httpStatus !== null && <Badge>{`HTTP ${httpStatus}`}</Badge>}
            {code !== null && (
              <span title={visibleText(code)} className="max-w-60 truncate rounded bg-raised px-1.5 font-mono text-label font-normal text-secondary">
                {visibleText(code)}
              </span>
            )}
          </h3>
          <p className="text-secondary">{failureAdvice(group.class)}</p>
        </div>
        <GroupActions group={group} {...rest} />
      </div>
      {group.indices.length > 1 && message !== example.message && <p className="mt-2 line-clamp-3 font-mono text-small break-words text-secondary select-text">{visibleText(message)}</p>}
      <button type="button" onClick={() => openTask(example.index)} className="mt-2 flex w-full items-baseline gap-3 rounded border border-border bg-background px-2.5 py-1.5 text-left hover:border-control" title="Open this task">
        <span className="max-w-28 shrink-0 truncate font-mono text-label text-muted">{visibleText(example.customId)}</span>
        <span className="line-clamp-2 min-w-0 flex-1 font-mono text-small break-words text-secondary">{visibleText(example.message)}</span>
        <WhenSent lastAt={group.lastAt} nowMs={nowMs} />
      </button>
    </li>
  );
});
