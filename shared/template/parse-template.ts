/** `{{name}}`: the name is any text without braces and line breaks. Anything else between braces stays as it is written. */
const PLACEHOLDER = /\{\{([^{}\r\n]*)\}\}/g;

/** A template taken apart: texts at even positions, variable names (trimmed, never empty) at odd ones. */
export function parseTemplate(template: string): readonly string[] {
  const parts: string[] = [''];
  let position = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const name = match[1]!.trim();
    if (name === '') continue;
    parts[parts.length - 1] += template.slice(position, match.index);
    parts.push(name, '');
    position = match.index + match[0].length;
  }
  parts[parts.length - 1] += template.slice(position);
  return parts;
}

/** The distinct variable names of a template taken apart. */
export function namesIn(parts: readonly string[]): readonly string[] {
  return [...new Set(parts.filter((_, position) => position % 2 === 1))];
}

/** The distinct variables of a template, in the order of their first use. */
export function templateVariables(template: string): readonly string[] {
  return namesIn(parseTemplate(template));
}
