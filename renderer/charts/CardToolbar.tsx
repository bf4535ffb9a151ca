import { ChartLine, Copy, Table2 } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { TasklaneError, toErrorInfo } from '../../shared/errors.ts';
import type { SavedChart } from './ChartCard.tsx';
import { blobAsBase64, chartAsPng, chartAsSvg, copyPng, type ChartCaption } from './chart-image.ts';

/** How long "Copied" stays, ms. */
const NOTICE_MS = 2500;

interface ToolbarProps {
  readonly body: HTMLElement | null;
  readonly caption: ChartCaption;
  readonly name: string;
  readonly asTable: boolean;
  readonly canSave: boolean;
  readonly onToggleTable: () => void;
  readonly saveChart: (chart: SavedChart) => Promise<void>;
}

interface Notice {
  readonly text: string;
  readonly failed: boolean;
}

function ToolButton({ label, pressed, disabled, onClick, children }: { readonly label: string; readonly pressed?: boolean; readonly disabled: boolean; readonly onClick: () => void; readonly children: ReactNode }) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      disabled={disabled}
      onClick={onClick}
      className="inline-flex h-[26px] min-w-[26px] items-center justify-center rounded-md border border-transparent px-1.5 text-[11px] font-medium text-secondary hover:bg-raised hover:text-text focus-visible:outline-2 focus-visible:outline-offset-1 focus-visible:outline-accent disabled:opacity-50 aria-pressed:border-border aria-pressed:bg-raised aria-pressed:text-text"
    >
      {children}
    </button>
  );
}

/** View as table, copy, save as PNG, save as SVG. */
export function CardToolbar({ body, caption, name, asTable, canSave, onToggleTable, saveChart }: ToolbarProps) {
  const [notice, setNotice] = useState<Notice | null>(null);
  useEffect(() => {
    if (notice === null || notice.failed) return;
    const timer = setTimeout(() => setNotice(null), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [notice]);

  const drawn = () => {
    if (body === null) throw new TasklaneError('internal', 'Expected a chart on the screen, but there is none.', 'Open the Charts tab and try again.');
    return chartAsSvg(body, caption);
  };
  const act = (done: string, action: () => Promise<void>): void => {
    setNotice(null);
    action().then(
      () => setNotice(done === '' ? null : { text: done, failed: false }),
      (thrown: unknown) => setNotice({ text: `${toErrorInfo(thrown).message} ${thrown instanceof TasklaneError ? thrown.hint : 'Save it as a file instead.'}`, failed: true }),
    );
  };
  const copy = (): void => act('Copied', async () => copyPng(chartAsPng(drawn())));
  const savePng = (): void => act('', async () => saveChart({ name, kind: 'png', data: await blobAsBase64(await chartAsPng(drawn())) }));
  const saveSvg = (): void => act('', async () => saveChart({ name, kind: 'svg', data: drawn().svg }));

  return (
    <fieldset className="m-0 flex min-w-0 items-center gap-0.5 border-0 p-0" aria-label="Chart actions">
      <output className={`max-w-[28ch] text-[11px] ${notice?.failed === true ? 'text-error' : 'text-ok'}`}>
        {notice?.text}
      </output>
      <ToolButton label={asTable ? 'View as chart' : 'View as table'} pressed={asTable} disabled={false} onClick={onToggleTable}>
        {asTable ? <ChartLine size={14} aria-hidden /> : <Table2 size={14} aria-hidden />}
      </ToolButton>
      <ToolButton label="Copy as picture" disabled={!canSave} onClick={copy}>
        <Copy size={14} aria-hidden />
      </ToolButton>
      <ToolButton label="Save as PNG" disabled={!canSave} onClick={savePng}>
        PNG
      </ToolButton>
      <ToolButton label="Save as SVG" disabled={!canSave} onClick={saveSvg}>
        SVG
      </ToolButton>
    </fieldset>
  );
}
