import { RotateCcw } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { formatCount, formatCounted } from '../../../shared/format/format.ts';
import { failureAdvice, failureLabel } from '../../../shared/format/stop-reason.ts';
import type { FailureClass } from '../../../shared/vocabulary.ts';
import { Button } from '../../components/Button.tsx';
import { visibleText } from '../../components/visible-text.ts';
import { failureGroups, mayRetry } from '../../store/failure-groups.ts';
import type { FailureGroup } from '../../store/failure-groups.ts';
import { useApp } from '../../store/use-store.ts';
import { EmptyTab } from '../EmptyTab.tsx';

function FixButton({ failureClass }: { readonly failureClass: FailureClass }) {
  const openDialog = useApp((state) => state.openDialog);
  const showTab = useApp((state) => state.showTab);
  switch (failureClass) {
    case 'auth':
      return <Button onClick={() => openDialog('settings')}>Fix the key</Button>;
    case 'tls':
    case 'redirect':
      return <Button onClick={() => openDialog('settings')}>Check provider</Button>;
    case 'context_length':
    case 'bad_request':
    case 'schema':
      return <Button onClick={() => showTab('prompt')}>Edit prompt</Button>;
    default:
      return null;
  }
}

function Group({ group }: { readonly group: FailureGroup }) {
  const example = group.indices[0] ?? 0;
  const digest = useApp((state) => state.digests.get(example)?.digest ?? null);
  const commanding = useApp((state) => state.commanding);
  const retry = useApp((state) => state.retry);
  const openTask = useApp((state) => state.openTask);
  const count = group.indices.length;
  return (
    <li className="rounded-card border border-border bg-surface px-4 py-3">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h3 className="flex items-baseline gap-2 font-medium">
            {failureLabel(group.class)}
            <span className="text-small font-normal text-secondary">{formatCounted(count, 'task')}</span>
          </h3>
          <p className="text-secondary">{failureAdvice(group.class)}</p>
        </div>
        <FixButton failureClass={group.class} />
        {mayRetry(group.class) && (
          <Button icon={RotateCcw} disabled={commanding} onClick={() => void retry(group.indices)}>
            {`Retry ${formatCount(count)}`}
          </Button>
        )}
      </div>
      <button type="button" onClick={() => openTask(example)} className="mt-2 flex w-full items-baseline gap-3 rounded border border-border bg-background px-2.5 py-1.5 text-left hover:border-control" title="Open this task">
        <span className="max-w-28 shrink-0 truncate font-mono text-label text-muted">{visibleText(digest?.customId ?? String(example + 1))}</span>
        <span className="line-clamp-2 min-w-0 flex-1 font-mono text-small break-words text-secondary">{visibleText(digest?.error ?? '…')}</span>
      </button>
    </li>
  );
}

/** The dead letter queue: failed tasks by what went wrong, each with an example and the right action. */
export function FailuresTab() {
  const tasks = useApp((state) => state.runState?.tasks ?? null);
  const failed = useApp((state) => state.runState?.run.failed ?? 0);
  const commanding = useApp((state) => state.commanding);
  const retry = useApp((state) => state.retry);
  const setVisible = useApp((state) => state.setVisible);
  const groups = useMemo(() => (tasks === null || failed === 0 ? [] : failureGroups(tasks)), [tasks, failed]);
  const examples = groups.map((group) => group.indices[0] ?? 0).join(' ');
  useEffect(() => {
    setVisible(examples === '' ? [] : examples.split(' ').map(Number));
  }, [examples, setVisible]);

  if (groups.length === 0) return <EmptyTab title="No failures" sentence="Tasks that fail for good are collected here with every attempt, until you retry them or delete the batch." />;
  return (
    <div className="min-h-0 flex-1 overflow-auto p-4">
      <div className="mx-auto flex max-w-4xl flex-col gap-3">
        <div className="flex items-center gap-3">
          <h2 className="flex-1 text-secondary">{`${formatCounted(failed, 'task')} failed for good. Retrying keeps all earlier attempts.`}</h2>
          {groups.length > 1 && (
            <Button small icon={RotateCcw} disabled={commanding} onClick={() => void retry(groups.filter((group) => mayRetry(group.class)).flatMap((group) => group.indices))}>
              Retry all that may succeed
            </Button>
          )}
        </div>
        <ul className="flex flex-col gap-3">
          {groups.map((group) => (
            <Group key={group.class} group={group} />
          ))}
        </ul>
      </div>
    </div>
  );
}
