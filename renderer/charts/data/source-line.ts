import { formatCounted } from '../../../shared/format/format.ts';
import type { RunHeader } from '../../../shared/vocabulary.ts';

/** `Tasklane · Reviews · 300 tasks · OpenAI · gpt-4o-mini`: where a chart's numbers come from. */
export function sourceLine(run: RunHeader): string {
  return ['Tasklane', run.batchName, formatCounted(run.total, 'task'), run.settings.providerName, run.settings.model].filter((part) => part !== '').join(' · ');
}
