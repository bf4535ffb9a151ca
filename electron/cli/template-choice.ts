import { TasklaneError } from '../../shared/errors.ts';
import { checkTemplate } from '../../shared/template/template.ts';

const PROMPT_COLUMN = 'prompt';
const LISTED_COLUMNS = 20;

/**
 * The prompt template of a run: the given one, else the column `prompt`, else the only column.
 * Throws `usage` where none of these is there, `template_variable_missing` for a placeholder that names no column.
 */
export function chooseTemplate(given: string | null, columns: readonly string[]): string {
  const template = given ?? templateOfColumns(columns);
  checkTemplate(template, columns);
  return template;
}

function templateOfColumns(columns: readonly string[]): string {
  if (columns.includes(PROMPT_COLUMN)) return `{{${PROMPT_COLUMN}}}`;
  const [only, ...others] = columns;
  if (only !== undefined && others.length === 0) return `{{${only}}}`;
  const listed = columns.slice(0, LISTED_COLUMNS).join(', ');
  const more = columns.length > LISTED_COLUMNS ? ` and ${columns.length - LISTED_COLUMNS} more` : '';
  throw new TasklaneError(
    'usage',
    `A template is needed: the input has ${columns.length} columns (${listed}${more}) and none is called "${PROMPT_COLUMN}".`,
    `Say what to ask with --template, for example: --template 'Summarise: {{${columns.at(-1) ?? 'column'}}}'`,
  );
}
