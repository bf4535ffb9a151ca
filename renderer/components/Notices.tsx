import { CircleAlert, Info, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { Notice } from '../store/ui-slice.ts';
import { useApp } from '../store/use-store.ts';
import { IconButton } from './Button.tsx';

const SHOWN_MS = { info: 5000, error: 15_000 } as const;

function NoticeCard({ notice }: { readonly notice: Notice }) {
  const dismiss = useApp((state) => state.dismiss);
  useEffect(() => {
    const timer = setTimeout(() => dismiss(notice.id), SHOWN_MS[notice.kind]);
    return () => clearTimeout(timer);
  }, [dismiss, notice]);
  const Icon = notice.kind === 'error' ? CircleAlert : Info;
  return (
    <div className="pointer-events-auto flex w-[380px] items-start gap-2.5 rounded-card border border-border bg-surface py-2.5 pr-2 pl-3 shadow-floating">
      <Icon aria-hidden size={16} strokeWidth={1.75} className={`mt-0.5 shrink-0 ${notice.kind === 'error' ? 'text-error' : 'text-secondary'}`} />
      <div className="min-w-0 flex-1 select-text">
        <p className="break-words">{notice.message}</p>
        {notice.hint !== '' && <p className="text-small break-words text-secondary">{notice.hint}</p>}
        {notice.code !== null && <p className="mt-0.5 font-mono text-label text-muted">{notice.code}</p>}
      </div>
      <IconButton icon={X} label="Dismiss" onClick={() => dismiss(notice.id)} />
    </div>
  );
}

/** What just happened or went wrong, in words, at the lower right and above any sheet; read out by screen readers. */
export function Notices() {
  const notices = useApp((state) => state.notices);
  const box = useRef<HTMLOutputElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    // Shown anew each time, so that it lies above a sheet that was opened since.
    if (element.matches(':popover-open')) element.hidePopover();
    if (notices.length > 0) element.showPopover();
  }, [notices]);
  return (
    <output ref={box} popover="manual" aria-live="polite" aria-label="Notices" className="pointer-events-none top-auto right-4 bottom-10 left-auto m-0 flex-col gap-2 bg-transparent p-0 text-text [&:popover-open]:flex">
      {notices.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} />
      ))}
    </output>
  );
}
