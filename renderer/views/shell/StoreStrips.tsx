import { CircleAlert, DatabaseBackup, Eye, X } from 'lucide-react';
import { IconButton } from '../../components/Button.tsx';
import { REOPEN } from '../../store/app-slice.ts';
import { useApp } from '../../store/use-store.ts';

/** What holds for the whole data folder: that this Tasklane may only look at it, and what happened to the store when it was opened. */
export function StoreStrips() {
  const readOnly = useApp((state) => state.isReadOnly);
  const writer = useApp((state) => state.writer);
  const notices = useApp((state) => state.storeNotices);
  const dismissed = useApp((state) => state.dismissedStoreNotices);
  const dismiss = useApp((state) => state.dismissStoreNotice);
  return (
    <>
      {readOnly && (
        <section aria-label="Read only" className="flex min-h-9 shrink-0 items-center gap-3 border-b border-border bg-raised px-4 py-1.5">
          <Eye aria-hidden size={16} strokeWidth={1.75} className="shrink-0 text-warn" />
          <p aria-live="polite" className="min-w-0 flex-1">
            <span className="font-medium">Read only.</span> <span className="text-secondary">{writer === null ? REOPEN : `${writer} writes to this data folder; this one follows it.`}</span>
          </p>
        </section>
      )}
      {notices
        .filter(({ message }) => !dismissed.includes(message))
        .map(({ kind, message }) => {
          const Icon = kind === 'damaged' ? CircleAlert : DatabaseBackup;
          return (
            <section key={message} aria-label="Data folder" className="flex min-h-9 shrink-0 items-start gap-3 border-b border-border bg-background px-4 py-2">
              <Icon aria-hidden size={16} strokeWidth={1.75} className={`mt-0.5 shrink-0 ${kind === 'damaged' ? 'text-error' : 'text-secondary'}`} />
              <p className="min-w-0 flex-1 break-words select-text">{message}</p>
              <IconButton icon={X} label="Dismiss" className="-my-0.5" onClick={() => dismiss(message)} />
            </section>
          );
        })}
    </>
  );
}
