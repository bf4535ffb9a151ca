import { useState, type ReactNode } from 'react';
import { CardToolbar } from './CardToolbar.tsx';
import { ChartTableView } from './ChartTableView.tsx';
import type { ChartCaption } from './chart-image.ts';
import { plainText, type Sentence } from './data/sentence.ts';
import type { ChartTable } from './data/table.ts';
import { useElementWidth } from './use-element-width.ts';

export interface SavedChart {
  /** Which chart, in one word: `timeline`. Whoever saves it puts the batch's name before it. */
  readonly name: string;
  readonly kind: 'svg' | 'png';
  /** SVG as text, or PNG as base64. */
  readonly data: string;
}

/** What all cards of a run share. */
export interface CardContext {
  /** Batch, provider and model, for the foot of exported charts. */
  readonly source: string;
  readonly simulated: boolean;
  /** True while the run goes on: its numbers are estimates of what it will be. */
  readonly soFar: boolean;
  readonly onOpenTask: (index: number) => void;
  readonly saveChart: (chart: SavedChart) => Promise<void>;
}

export interface ChartCardProps {
  /** One word; names the file and the test id. */
  readonly name: string;
  /** The question that the chart answers. */
  readonly title: string;
  /** The answer. */
  readonly sentence: Sentence;
  readonly context: CardContext;
  readonly table: () => ChartTable;
  /** Draws the plots at this width, px; null when there is nothing to draw. */
  readonly children: ((widthPx: number) => ReactNode) | null;
  /** Controls of this chart alone, left of the toolbar. */
  readonly controls?: ReactNode;
}

function Pill({ children, warn = false }: { readonly children: ReactNode; readonly warn?: boolean }) {
  return <span className={`shrink-0 rounded-sm border border-border px-1.5 text-[11px]/[18px] font-medium ${warn ? 'text-warn' : 'text-secondary'}`}>{children}</span>;
}

function SentenceText({ sentence }: { readonly sentence: Sentence }) {
  return sentence.map((part, index) =>
    typeof part === 'string' ? (
      part
    ) : (
      // The parts of a sentence never move: their position is their identity.
      // oxlint-disable-next-line react/no-array-index-key
      <strong key={index} className="font-semibold whitespace-nowrap text-text tabular-nums" {...(part.testId === undefined ? {} : { 'data-testid': part.testId })}>
        {part.value}
      </strong>
    ),
  );
}

/** A card: the question, its answer in one sentence, the chart or its table, and ways to take it along. */
export function ChartCard({ name, title, sentence, context, table, children, controls }: ChartCardProps) {
  const [body, setBody] = useState<HTMLDivElement | null>(null);
  const width = useElementWidth(body);
  const [asTable, setAsTable] = useState(false);
  const caption: ChartCaption = { title, sentence: plainText(sentence), source: context.source, simulated: context.simulated };
  return (
    <figure className="@container m-0 flex min-w-0 flex-col rounded-[10px] border border-border bg-surface p-4" data-testid={`chart-${name}`} aria-label={`${title} ${caption.sentence}`}>
      <div className="flex flex-wrap items-start gap-x-2 gap-y-1">
        <h3 className="m-0 flex min-h-[26px] min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-1 text-[15px]/[20px] font-semibold text-text">
          <span>{title}</span>
          {context.simulated && <Pill warn>simulated</Pill>}
          {context.soFar && <Pill>so far</Pill>}
        </h3>
        <div className="flex items-center gap-2">
          {!asTable && controls}
          <CardToolbar body={body} caption={caption} name={name} asTable={asTable} onToggleTable={() => setAsTable(!asTable)} canSave={children !== null} saveChart={context.saveChart} />
        </div>
      </div>
      <figcaption className="mt-1 mb-3 max-w-[76ch] text-[13px]/[20px] text-secondary">
        <SentenceText sentence={sentence} />
      </figcaption>
      {/* Kept in place behind the table, so that the chart can be saved from there too. */}
      <div ref={setBody} className={asTable ? 'pointer-events-none invisible h-0 overflow-hidden' : 'relative min-w-0'} aria-hidden={asTable}>
        {children !== null && width > 0 && children(width)}
      </div>
      {asTable && <ChartTableView caption={caption.sentence} table={table()} onOpenTask={context.onOpenTask} />}
    </figure>
  );
}
