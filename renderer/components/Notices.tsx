import { CircleAlert, Info, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { AppState } from '../store/state.ts';
import type { Notice } from '../store/ui-slice.ts';
import { useApp } from '../store/use-store.ts';
import { IconButton } from './Button.tsx';
import { classNames } from './class-names.ts';

const SHOWN_MS = { info: 5000, error: 15_000 } as const;

function NoticeCard({ notice, floating }: { readonly notice: Notice; readonly floating: boolean }) {
  const dismiss = useApp((state) => state.dismiss);
  useEffect(() => {
    const timer = setTimeout(() => dismiss(notice.id), SHOWN_MS[notice.kind]);
    return () => clearTimeout(timer);
  }, [dismiss, notice]);
  const Icon = notice.kind === 'error' ? CircleAlert : Info;
  return (
    <div className={classNames('flex items-start gap-2.5', floating ? 'pointer-events-auto w-[380px] rounded-card border border-border bg-surface py-2.5 pr-2 pl-3 shadow-floating' : 'border-t border-border bg-raised py-1.5 pr-3 pl-4')}>
      <Icon aria-hidden size={16} strokeWidth={1.75} className={`mt-0.5 shrink-0 ${notice.kind === 'error' ? 'text-error' : 'text-secondary'}`} />
      <div className="min-w-0 flex-1 select-text">
        <p className="break-words">
          {notice.message} {notice.hint !== '' && <span className="text-secondary">{notice.hint}</span>} {notice.code !== null && <span className="font-mono text-label text-muted">{notice.code}</span>}
        </p>
      </div>
      <IconButton icon={X} label="Dismiss" onClick={() => dismiss(notice.id)} />
    </div>
  );
}

function isSheetOpen({ dialog, importing, editing }: AppState): boolean {
  return dialog !== null || importing !== null || editing !== null;
}

/** The notices while a sheet is open: above it, at the lower right. To be drawn after all sheets. */
export function NoticesAboveSheet() {
  const sheet = useApp(isSheetOpen);
  return sheet ? <FloatingNotices /> : null;
}

function FloatingNotices() {
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
        <NoticeCard key={notice.id} notice={notice} floating />
      ))}
    </output>
  );
}

/**
 * What just happened or went wrong, in words; read out by screen readers. Lines of their own above the status bar, so that
 * nothing is covered; while a sheet is open `NoticesAboveSheet` shows them.
 */
export function Notices() {
  const notices = useApp((state) => state.notices);
  const sheet = useApp(isSheetOpen);
  if (sheet) return null;
  return (
    <output aria-live="polite" aria-label="Notices" className="block shrink-0">
      {notices.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} floating={false} />
      ))}
    </output>
  );
}
