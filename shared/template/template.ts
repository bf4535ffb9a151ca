import type { Vars } from '../contract/commands.ts';
import { TasklaneError } from '../errors.ts';
import { nearestName } from './nearest-name.ts';
import { namesIn, parseTemplate, templateVariables } from './parse-template.ts';

export { templateVariables } from './parse-template.ts';
export { suggestTemplate } from './suggest-template.ts';

/** Characters of a rendered prompt at most: a short template may repeat a long cell many times (case 41 of the hostile inputs). */
export const RENDERED_CHARACTERS_MAX = 100_000_000;

const LISTED_COLUMNS = 20;
const LISTED_NAME_CHARACTERS = 60;

/** The variables of a template that no column fills, in the order of their first use. */
export function missingVariables(template: string, columns: readonly string[]): readonly string[] {
  const known = new Set(columns);
  return templateVariables(template).filter((name) => !known.has(name));
}

function quoted(name: string): string {
  return `\`${name.length > LISTED_NAME_CHARACTERS ? `${name.slice(0, LISTED_NAME_CHARACTERS)}…` : name}\``;
}

function columnList(columns: readonly string[]): string {
  if (columns.length === 0) return 'There are no columns.';
  const listed = columns.slice(0, LISTED_COLUMNS).map(quoted).join(', ');
  const more = columns.length - LISTED_COLUMNS;
  return `Known columns: ${listed}${more > 0 ? ` and ${more} more` : ''}.`;
}

function missingError(missing: readonly string[], columns: readonly string[]): TasklaneError {
  const named = missing.slice(0, LISTED_COLUMNS).map(quoted).join(', ');
  const nearest = nearestName(missing[0]!, columns);
  const meant = nearest === null ? '' : ` Did you mean ${quoted(nearest)}?`;
  return new TasklaneError(
    'template_variable_missing',
    `The template uses the unknown column${missing.length > 1 ? 's' : ''} ${named}. ${columnList(columns)}${meant}`,
    `Change the template so that it names columns of your file, or add the missing column to the file.${meant}`,
  );
}

/** Checks a template before anything is sent. Throws `template_variable_missing`, which names the unknown columns, the known ones and the nearest name. */
export function checkTemplate(template: string, columns: readonly string[]): void {
  const missing = missingVariables(template, columns);
  if (missing.length > 0) throw missingError(missing, columns);
}

/**
 * Parses a template once for many rows. Values are put in literally and in one pass: a value that itself holds
 * placeholders or `$&` stays data. Only own properties of `vars` count.
 * The function throws `template_variable_missing`, or `template_syntax` when the prompt would pass RENDERED_CHARACTERS_MAX.
 */
export function compileTemplate(template: string): (vars: Vars) => string {
  const parts = parseTemplate(template);
  const names = namesIn(parts);
  return (vars) => {
    const missing = names.filter((name) => !Object.hasOwn(vars, name));
    if (missing.length > 0) throw missingError(missing, Object.keys(vars));
    const texts = parts.map((part, position) => (position % 2 === 1 ? vars[part]! : part));
    const length = texts.reduce((sum, text) => sum + text.length, 0);
    if (length > RENDERED_CHARACTERS_MAX) {
      throw new TasklaneError('template_syntax', `A prompt may have at most ${RENDERED_CHARACTERS_MAX} characters; this row's would have ${length}.`, 'Use long columns fewer times in the template, or shorten the row.');
    }
    return texts.join('');
  };
}

/** The prompt of one row. Throws as `compileTemplate` describes. */
export function renderTemplate(template: string, vars: Vars): string {
  return compileTemplate(template)(vars);
}
