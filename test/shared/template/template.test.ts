import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TasklaneError } from '../../../shared/errors.ts';
import { checkTemplate, compileTemplate, missingVariables, RENDERED_CHARACTERS_MAX, renderTemplate, templateVariables } from '../../../shared/template/template.ts';

function errorOf(action: () => unknown): TasklaneError {
  try {
    action();
  } catch (thrown) {
    if (thrown instanceof TasklaneError) return thrown;
    throw thrown;
  }
  throw new Error('It should have thrown.');
}

test('variables come once each, in the order of first use, blanks trimmed', () => {
  expect(templateVariables('{{b}} {{ a }} {{b}} {{two words}} {{日本語}}')).toEqual(['b', 'a', 'two words', '日本語']);
});

test('braces that name nothing stay as they are written', () => {
  for (const text of ['{{', '}}', '{{}}', '{{ }}', '{{open', '{single}', '{{line\nbreak}}', '{{a}', '{"json": {"b": 1}}']) {
    expect(templateVariables(text)).toEqual([]);
    expect(renderTemplate(text, {})).toBe(text);
  }
});

test('a placeholder within more braces is filled, so that JSON can be written', () => {
  expect(renderTemplate('{{{name}}}', { name: 'x' })).toBe('{x}');
  expect(renderTemplate('{"q": "{{name}}"}', { name: 'x' })).toBe('{"q": "x"}');
});

test('an empty value leaves nothing behind, and is not a missing one', () => {
  expect(renderTemplate('a{{name}}b', { name: '' })).toBe('ab');
});

test('hostile input 37: a cell that contains {{other}} stays data, one pass only', () => {
  expect(renderTemplate('{{cell}} {{other}}', { cell: '{{other}}', other: '{{cell}}' })).toBe('{{other}} {{cell}}');
  expect(renderTemplate('{{a}}{{b}}', { a: '{{', b: 'a}}' })).toBe('{{a}}');
});

test('hostile input 38: $& and its like in a cell stay literal', () => {
  const cell = "$& $1 $$ $` $' \\1";
  expect(renderTemplate('<{{cell}}>', { cell })).toBe(`<${cell}>`);
});

test('hostile input 39: {{constructor}} and {{__proto__}} are missing unless they are columns', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    expect(errorOf(() => renderTemplate(`{{${name}}}`, { prompt: 'x' })).code).toBe('template_variable_missing');
    expect(missingVariables(`{{${name}}}`, ['prompt'])).toEqual([name]);
    const own: Record<string, string> = Object.create(null);
    own[name] = 'mine';
    expect(renderTemplate(`{{${name}}}`, own)).toBe('mine');
    expect(missingVariables(`{{${name}}}`, [name])).toEqual([]);
  }
});

test('hostile input 40: a missing variable blocks, and the message names it, the columns and the nearest name', () => {
  const error = errorOf(() => checkTemplate('Hello {{nmae}}', ['id', 'name', 'city']));
  expect({ code: error.code, message: error.message }).toEqual({
    code: 'template_variable_missing',
    message: 'The template uses the unknown column `nmae`. Known columns: `id`, `name`, `city`. Did you mean `name`?',
  });
  expect(error.hint).toContain('`name`');
  expect(errorOf(() => renderTemplate('{{nmae}}', { name: 'x' })).message).toBe('The template uses the unknown column `nmae`. Known columns: `name`. Did you mean `name`?');
});

test('hostile input 41: a short template cannot blow a long cell up without limit', () => {
  const cell = 'x'.repeat(10_000_000);
  const error = errorOf(() => renderTemplate('{{cell}}'.repeat(1000), { cell }));
  expect(error.code).toBe('template_syntax');
  expect(error.message).toContain(String(10_000_000_000));
  expect(renderTemplate('{{cell}}'.repeat(10), { cell })).toHaveLength(RENDERED_CHARACTERS_MAX);
});

test('all missing variables are named, and thousands of columns do not flood the message', () => {
  const columns = Array.from({ length: 10_000 }, (_, position) => `column ${position}`);
  const { message } = errorOf(() => checkTemplate('{{x}} {{y}}', columns));
  expect(message).toContain('unknown columns `x`, `y`.');
  expect(message).toContain('and 9980 more');
  expect(message.length).toBeLessThan(600);
  expect(errorOf(() => checkTemplate('{{x}}', [])).message).toBe('The template uses the unknown column `x`. There are no columns.');
});

test('case is told apart in use but not in the suggestion', () => {
  expect(errorOf(() => checkTemplate('{{prompt}}', ['Prompt'])).message).toContain('Did you mean `Prompt`?');
});

test('a name that resembles none gets no suggestion', () => {
  expect(errorOf(() => checkTemplate('{{temperature}}', ['id', 'city'])).message).not.toContain('Did you mean');
  expect(errorOf(() => checkTemplate('{{a}}', ['b'])).message).not.toContain('Did you mean');
});

test('a template compiled once renders each row by itself', () => {
  const render = compileTemplate('{{a}}-{{b}}');
  expect([{ a: '1', b: '2' }, { a: '{{b}}', b: '' }].map(render)).toEqual(['1-2', '{{b}}-']);
});

test('rendering is plain joining: whatever the texts and values are, they come out as they went in', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/[{}]/g, '')), fc.constantFrom('a', 'b', 'toString')), { maxLength: 8 }), fc.string(), fc.string(), fc.string(), (pieces, a, b, toStringValue) => {
      const vars = { a, b, toString: toStringValue } as unknown as Record<string, string>;
      const template = pieces.map(([text, name]) => `${text}{{ ${name} }}`).join('');
      expect(renderTemplate(template, vars)).toBe(pieces.map(([text, name]) => text + vars[name]!).join(''));
    }),
  );
});

test('a long row of open braces is read without effort', () => {
  const text = '{'.repeat(200_000);
  expect(renderTemplate(text, {})).toBe(text);
  expect(templateVariables(`${'{{x'.repeat(100_000)}}}`)).toEqual(['x']);
});
