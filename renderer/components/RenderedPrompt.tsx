import type { Vars } from '../../shared/contract/commands.ts';
import { missingVariables, renderTemplate } from '../../shared/template/template.ts';
import { visibleText } from './visible-text.ts';

/** Longer prompts are cut on screen; what is sent is whole. */
const SHOWN_CHARACTERS = 20_000;

interface RenderedPromptProps {
  readonly template: string;
  readonly vars: Vars | null;
}

/** A template filled with one row, as it would be sent. */
export function RenderedPrompt({ template, vars }: RenderedPromptProps) {
  if (vars === null) return <p className="text-muted">No row to show.</p>;
  if (template.trim() === '') return <p className="text-muted">The prompt is empty. Write one, or insert a column.</p>;
  if (missingVariables(template, Object.keys(vars)).length > 0) return <p className="text-muted">The prompt can be shown once every variable names a column.</p>;
  const prompt = renderTemplate(template, vars);
  return (
    <pre dir="auto" className="font-mono text-small leading-5 break-words whitespace-pre-wrap select-text">
      {visibleText(prompt.slice(0, SHOWN_CHARACTERS))}
      {prompt.length > SHOWN_CHARACTERS && <span className="text-muted">{`\n… and ${(prompt.length - SHOWN_CHARACTERS).toLocaleString('en')} more characters`}</span>}
    </pre>
  );
}
