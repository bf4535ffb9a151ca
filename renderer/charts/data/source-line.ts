import { formatCounted } from '../../../shared/format/format.ts';
import type { RunHeader } from '../../../shared/vocabulary.ts';

const LONGEST_STEM = 60;

/** Start of the file names of a batch's charts: letters, digits, dots and dashes of any script, at most 60 characters. */
export function fileStem(batchName: string): string {
  const withoutEnding = batchName.replace(/\.(csv|tsv|txt|jsonl?|xlsx|md)$/i, '');
  const safe = withoutEnding.normalize('NFC').replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replaceAll(/^[.-]+|[.-]+$/g, '');
  return Array.from(safe).slice(0, LONGEST_STEM).join('') || 'tasklane';
}

/** `Tasklane · Reviews · 300 tasks · OpenAI · gpt-4o-mini`: where a chart's numbers come from. */
export function sourceLine(run: RunHeader): string {
  return ['Tasklane', run.batchName, formatCounted(run.total, 'task'), run.settings.providerName, run.settings.model].filter((part) => part !== '').join(' · ');
}
