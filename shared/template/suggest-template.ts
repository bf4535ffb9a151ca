import { templateVariables } from './parse-template.ts';

/** Column names that usually hold the whole prompt, best first. */
const PROMPT_COLUMNS = ['prompt', 'question', 'text', 'input', 'content'] as const;

/** Whether a placeholder can name this column: names with braces, line breaks or outer blanks cannot be written. */
function canBeNamed(column: string): boolean {
  const variables = templateVariables(`{{${column}}}`);
  return variables.length === 1 && variables[0] === column;
}

/**
 * A first template for a file with these columns: the column that is called prompt, question, text, input or content
 * (in this order, any case), else the only column, else one line `name: {{name}}` a column; '' where there is none.
 */
export function suggestTemplate(columns: readonly string[]): string {
  const usable = columns.filter(canBeNamed);
  for (const wanted of PROMPT_COLUMNS) {
    const column = usable.find((name) => name.toLowerCase() === wanted);
    if (column !== undefined) return `{{${column}}}`;
  }
  const [only, ...others] = usable;
  if (only === undefined) return '';
  return others.length === 0 ? `{{${only}}}` : usable.map((name) => `${name}: {{${name}}}`).join('\n');
}
