import { missingVariables } from '../../shared/template/template.ts';

/** Why prompts can't be made of these templates and columns, in a sentence; null when they can. */
export function promptProblem(template: string, system: string, columns: readonly string[]): string | null {
  if (template.trim() === '') return 'The prompt is empty.';
  const missing = missingVariables(`${template}\n${system}`, columns);
  return missing.length > 0 ? `The prompt names ${missing.map((name) => `{{${name}}}`).join(', ')}, but there is no such column.` : null;
}
