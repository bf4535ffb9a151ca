import { CircleAlert, Copy } from 'lucide-react';
import { useState } from 'react';
import type { Failure } from '../../../shared/vocabulary.ts';
import { failureAdvice, failureLabel } from '../../../shared/format/stop-reason.ts';
import { Badge, SimulatedBadge } from '../../components/Badge.tsx';
import { IconButton } from '../../components/Button.tsx';
import { Markdown } from '../../components/Markdown.tsx';
import { SegmentedControl } from '../../components/SegmentedControl.tsx';
import { visibleText } from '../../components/visible-text.ts';
import { rowStatusAt } from '../../store/table-order.ts';
import { useApp } from '../../store/use-store.ts';
import { Section } from './Section.tsx';

/** Beyond this, text is shown raw and cut: parsing it as Markdown would freeze the screen. */
const MARKDOWN_CHARACTERS = 60_000;
const SHOWN_CHARACTERS = 300_000;

export function FailureNote({ failure }: { readonly failure: Failure }) {
  const facts = [failure.httpStatus === null ? null : `HTTP ${failure.httpStatus}`, failure.code].filter((fact) => fact !== null);
  return (
    <div className="flex gap-2 rounded border border-error/30 bg-error/6 px-2.5 py-2">
      <CircleAlert aria-hidden size={15} strokeWidth={1.75} className="mt-0.5 shrink-0 text-error" />
      <div className="min-w-0 flex-1 select-text">
        <p className="flex flex-wrap items-baseline gap-x-2 font-medium">
          {failureLabel(failure.class)}
          {facts.length > 0 && <span className="font-mono text-label font-normal text-secondary">{facts.join(' · ')}</span>}
          {failure.maybeBilled && <Badge tone="warn">may have been billed</Badge>}
        </p>
        <p className="break-words whitespace-pre-wrap text-secondary">{visibleText(failure.message)}</p>
        <p className="text-small text-muted">
          {failureAdvice(failure.class)}
        </p>
      </div>
    </div>
  );
}

/** What the flags of the task do not say already. */
function finishNote(reason: string | null): string | null {
  return reason === null || ['stop', 'length', 'content_filter'].includes(reason) ? null : reason.replaceAll('_', ' ');
}

/** The answer: as it streams in, as Markdown without anything active, or raw. */
export function AnswerSection({ index }: { readonly index: number }) {
  const status = useApp((state) => rowStatusAt(state.runState?.tasks ?? null, index));
  const task = useApp((state) => state.task);
  const live = useApp((state) => state.liveAnswer);
  const copy = useApp((state) => state.copy);
  const simulated = useApp((state) => state.runState?.run.settings.simulated ?? false);
  const [view, setView] = useState<'markdown' | 'raw'>('markdown');
  if (status === 'idle') return null;
  const streaming = status === 'running';
  const stored = task?.output ?? null;
  const text = streaming || stored === null ? (live?.text ?? '') : stored;
  const note = streaming ? null : finishNote(task?.finishReason ?? null);
  const raw = view === 'raw' || text.length > MARKDOWN_CHARACTERS;
  return (
    <Section
      title="Answer"
      mark={simulated && <SimulatedBadge />}
      actions={
        <>
          {note !== null && <Badge tone="warn">{note}</Badge>}
          <SegmentedControl
            label="Show the answer as"
            value={view}
            options={[
              ['markdown', 'Markdown'],
              ['raw', 'Raw'],
            ]}
            onValue={setView}
          />
          <IconButton icon={Copy} label="Copy answer" keys="C" disabled={text === ''} onClick={() => void copy(text, 'the answer')} />
        </>
      }
    >
      <div className="flex flex-col gap-2" aria-live="off">
        {text === '' && task?.failure === null && <p className="text-muted">{streaming ? 'Waiting for the first token…' : status === 'queued' ? 'Waiting for a free slot.' : 'No answer.'}</p>}
        {text === '' && task === null && <p className="text-muted">{streaming ? 'Waiting for the first token…' : ' '}</p>}
        {text !== '' && (raw ? <pre dir="auto" className="font-mono text-small leading-5 break-words whitespace-pre-wrap select-text">{visibleText(text.slice(0, SHOWN_CHARACTERS))}</pre> : <Markdown text={visibleText(text)} />)}
        {text.length > SHOWN_CHARACTERS && <p className="text-small text-muted">{`Cut here on screen; all ${text.length.toLocaleString('en')} characters are kept and exported.`}</p>}
        {!streaming && task !== null && task.failure !== null && status !== 'completed' && <FailureNote failure={task.failure} />}
      </div>
    </Section>
  );
}
