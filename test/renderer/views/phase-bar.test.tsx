import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { AttemptDetail } from '../../../shared/contract/commands.ts';
import { RenderedPrompt } from '../../../renderer/components/RenderedPrompt.tsx';
import { MissingVariables } from '../../../renderer/components/TemplateEditor.tsx';
import { phasesOf } from '../../../renderer/views/task/PhaseBar.tsx';

const ATTEMPT: AttemptDetail = { number: 1, startedAt: '2026-01-01T00:00:00.000Z', state: 'completed', slot: 0, queueWaitMs: 10, rateWaitMs: 0, backoffMs: 5, timeToFirstTokenMs: 300, generationMs: 700, serviceMs: 1000, inputTokens: 1, outputTokens: 2, requestId: null, failure: null, fingerprint: null, edit: null };

function phases(change: Partial<AttemptDetail>): readonly (readonly [string, number])[] {
  return phasesOf({ ...ATTEMPT, ...change }).map(({ name, durationMs }) => [name, durationMs]);
}

test('the phases of an attempt add up to its waits and its service time, and none is made up', () => {
  expect(phases({})).toEqual([['queued', 10], ['backoff', 5], ['first token', 300], ['stream', 700]]);
  expect(phases({ timeToFirstTokenMs: null, generationMs: null })).toEqual([['queued', 10], ['backoff', 5], ['answer', 1000]]);
  expect(phases({ state: 'failed', generationMs: null })).toEqual([['queued', 10], ['backoff', 5], ['first token', 300], ['stream until failure', 700]]);
  expect(phases({ state: 'sent', timeToFirstTokenMs: null, generationMs: null, serviceMs: null })).toEqual([['queued', 10], ['backoff', 5]]);
});

test('a variable that no column fills is named with the column that was meant (case 40)', () => {
  const words = (template: string): string => renderToStaticMarkup(<MissingVariables template={template} columns={['customer', 'text']} />).replaceAll(/<[^>]+>/g, '');
  expect(words('{{custmer}} {{text}}')).toBe('No column is called {{custmer}}. Did you mean {{customer}}?');
  expect(words('{{zzzzzzzz}}')).toBe('No column is called {{zzzzzzzz}}. Use one of the columns, or add it to the file.');
  expect(words('{{customer}}')).toBe('');
});

test('a cell that holds markup or another placeholder is shown as it is (cases 37 and 42)', () => {
  const html = renderToStaticMarkup(<RenderedPrompt template="Say: {{a}}" vars={{ a: '<b>{{b}}</b> $&', b: 'secret' }} />);
  expect(html).toContain('Say: &lt;b&gt;{{b}}&lt;/b&gt; $&amp;');
});
