import type { AttemptPatch, TaskPatch } from '../contract/columns.ts';
import type { AppEvent } from '../contract/events.ts';
import { assertNever } from '../errors.ts';
import { ATTEMPT_LAYOUT, joinPatches, TASK_LAYOUT } from './columns-of-rows.ts';

type AnswerExtended = Extract<AppEvent, { type: 'answer.extended' }>;

/** What is gathered for one subject until it is turned into one event. */
type Gathered =
  | { readonly type: 'latest'; readonly event: AppEvent }
  | { readonly type: 'tasks'; readonly runId: string; readonly patches: TaskPatch[] }
  | { readonly type: 'attempts'; readonly runId: string; readonly patches: AttemptPatch[] }
  | { readonly type: 'answer'; readonly pieces: AnswerExtended[] };

function subjectOf(event: AppEvent): string {
  switch (event.type) {
    case 'run.changed':
      return `run ${event.run.runId}`;
    case 'tasks.changed':
    case 'attempts.changed':
      return `${event.type} ${event.runId}`;
    case 'answer.extended':
      return `answer ${event.index} ${event.attempt} ${event.runId}`;
    case 'gap.recognised':
      return `${event.type} ${event.gap.at}`;
    case 'settings.changed':
    case 'writer.changed':
    case 'batches.changed':
    case 'providers.changed':
      return event.type;
    default:
      return assertNever(event);
  }
}

function gather(known: Gathered | undefined, event: AppEvent): Gathered {
  switch (event.type) {
    case 'tasks.changed':
      if (known?.type !== 'tasks') return { type: 'tasks', runId: event.runId, patches: [event.tasks] };
      known.patches.push(event.tasks);
      return known;
    case 'attempts.changed':
      if (known?.type !== 'attempts') return { type: 'attempts', runId: event.runId, patches: [event.attempts] };
      known.patches.push(event.attempts);
      return known;
    case 'answer.extended':
      if (known?.type !== 'answer') return { type: 'answer', pieces: [event] };
      known.pieces.push(event);
      return known;
    case 'run.changed':
    case 'gap.recognised':
    case 'settings.changed':
    case 'writer.changed':
    case 'batches.changed':
    case 'providers.changed':
      return { type: 'latest', event };
    default:
      return assertNever(event);
  }
}

/** Joins pieces of one answer where one begins at the end of the one before. */
function joinPieces(pieces: readonly AnswerExtended[]): readonly AnswerExtended[] {
  const joined: { readonly first: AnswerExtended; readonly texts: string[]; endOffset: number }[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last !== undefined && last.endOffset === piece.offset) {
      last.texts.push(piece.text);
      last.endOffset += piece.text.length;
    } else {
      joined.push({ first: piece, texts: [piece.text], endOffset: piece.offset + piece.text.length });
    }
  }
  return joined.map(({ first, texts }) => ({ ...first, text: texts.join('') }));
}

function eventsOf(gathered: Gathered): readonly AppEvent[] {
  switch (gathered.type) {
    case 'latest':
      return [gathered.event];
    case 'tasks':
      return [{ type: 'tasks.changed', runId: gathered.runId, tasks: joinPatches(TASK_LAYOUT, gathered.patches) }];
    case 'attempts':
      return [{ type: 'attempts.changed', runId: gathered.runId, attempts: joinPatches(ATTEMPT_LAYOUT, gathered.patches) }];
    case 'answer':
      return joinPieces(gathered.pieces);
    default:
      return assertNever(gathered);
  }
}

/**
 * Fewer events that lead to the same state: for each run one patch of tasks and one of attempts (of a row named twice
 * the later one counts) and the last header, adjacent texts of an answer joined, the last lists of batches and providers.
 * Each stands where the last event about its subject stood: whoever hears that a run ended has its last rows already.
 */
export function coalesce(events: readonly AppEvent[]): readonly AppEvent[] {
  if (events.length < 2) return events;
  const subjects = new Map<string, Gathered>();
  for (const event of events) {
    const subject = subjectOf(event);
    const gathered = gather(subjects.get(subject), event);
    subjects.delete(subject);
    subjects.set(subject, gathered);
  }
  return [...subjects.values()].flatMap(eventsOf);
}
