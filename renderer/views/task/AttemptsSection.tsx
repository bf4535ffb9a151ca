import { Terminal } from 'lucide-react';
import type { AttemptDetail } from '../../../shared/contract/commands.ts';
import { formatCount, formatDuration } from '../../../shared/format/format.ts';
import type { TaskEdit } from '../../../shared/vocabulary.ts';
import { Button } from '../../components/Button.tsx';
import { visibleText } from '../../components/visible-text.ts';
import { EDIT_FIELD_LABELS, editParts } from '../../store/retry-edit.ts';
import { useApp } from '../../store/use-store.ts';
import { FailureNote } from './AnswerSection.tsx';
import { PhaseBar } from './PhaseBar.tsx';
import { Section } from './Section.tsx';

const STATES: Readonly<Record<AttemptDetail['state'], string>> = { sent: 'in flight', completed: 'completed', failed: 'failed', cancelled: 'cancelled', interrupted: 'interrupted' };

/** Texts beyond this are cut on screen. */
const TEXT_CHARACTERS = 20_000;

/** What was changed for an attempt: short values at once, texts to unfold. */
function EditNote({ edit }: { readonly edit: TaskEdit }) {
  const parts = editParts(edit);
  const short = parts.filter((part) => !part.isText);
  return (
    <div className="flex flex-col gap-1 text-small text-secondary">
      <p>
        Sent with changed settings
        {short.length > 0 && <span className="text-text">{`: ${short.map((part) => `${EDIT_FIELD_LABELS[part.field]} ${visibleText(part.value)}`).join(', ')}`}</span>}
      </p>
      {parts
        .filter((part) => part.isText)
        .map((part) => (
          <details key={part.field}>
            <summary className="w-fit cursor-default rounded">{`Changed ${EDIT_FIELD_LABELS[part.field]}`}</summary>
            <pre dir="auto" className="mt-1 rounded border border-border bg-background px-2.5 py-1.5 font-mono break-words whitespace-pre-wrap select-text">
              {part.value === '' ? 'None' : visibleText(part.value.slice(0, TEXT_CHARACTERS))}
            </pre>
          </details>
        ))}
    </div>
  );
}

function Attempt({ attempt, showFailure }: { readonly attempt: AttemptDetail; readonly showFailure: boolean }) {
  const tokens = attempt.outputTokens === null ? null : `${attempt.inputTokens === null ? '' : `${formatCount(attempt.inputTokens)} in, `}${formatCount(attempt.outputTokens)} out`;
  const time = new Date(attempt.startedAt).toLocaleTimeString();
  return (
    <li className="flex flex-col gap-2 py-2.5 first:pt-0.5 [&+&]:border-t [&+&]:border-border">
      <p className="flex flex-wrap items-baseline gap-x-3 text-small text-secondary">
        <span className="text-text">{`Attempt ${attempt.number}`}</span>
        <span>{STATES[attempt.state]}</span>
        {attempt.serviceMs !== null && <span>{formatDuration(attempt.serviceMs)}</span>}
        <span>{`slot ${attempt.slot + 1}`}</span>
        {tokens !== null && <span>{tokens}</span>}
        <time dateTime={attempt.startedAt} title={attempt.startedAt}>
          {time}
        </time>
      </p>
      <PhaseBar attempt={attempt} />
      {showFailure && attempt.failure !== null && <FailureNote failure={attempt.failure} />}
      {attempt.edit !== null && <EditNote edit={attempt.edit} />}
      {attempt.requestId !== null && (
        <p className="text-small text-muted">
          request <code className="font-mono select-text">{attempt.requestId}</code>
        </p>
      )}
    </li>
  );
}

/** Every attempt of the task, the latest first; retrying never removes one. */
export function AttemptsSection() {
  const task = useApp((state) => state.task);
  const copy = useApp((state) => state.copy);
  if (task === null || task.attempts.length === 0) return null;
  return (
    <Section
      title={task.attempts.length === 1 ? 'Timing' : `Timing, ${task.attempts.length} attempts`}
      actions={
        <Button small look="ghost" icon={Terminal} title="The request without the key" onClick={() => void copy(task.curl, 'the request as a curl command')}>
          Copy as curl
        </Button>
      }
    >
      <ol>
        {task.attempts.toReversed().map((attempt) => (
          <Attempt key={attempt.number} attempt={attempt} showFailure={attempt.number < task.attempts.length || task.failure === null} />
        ))}
      </ol>
      {task.model !== null && <p className="pt-1 text-small text-muted">{`Answered by ${task.model}.`}</p>}
    </Section>
  );
}
