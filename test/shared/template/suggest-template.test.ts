import { expect, test } from 'vitest';
import { renderTemplate, suggestTemplate } from '../../../shared/template/template.ts';

test('the column that holds prompts is taken, whatever its case and place', () => {
  expect(suggestTemplate(['id', 'Prompt', 'text'])).toBe('{{Prompt}}');
  expect(suggestTemplate(['text', 'question'])).toBe('{{question}}');
  expect(suggestTemplate(['filename', 'path', 'content'])).toBe('{{content}}');
});

test('a file with one column needs no choice', () => {
  expect(suggestTemplate(['City'])).toBe('{{City}}');
});

test('several columns each get a line', () => {
  expect(suggestTemplate(['name', 'city'])).toBe('name: {{name}}\ncity: {{city}}');
});

test('columns that no placeholder can name are left out, so that the suggestion always renders', () => {
  expect(suggestTemplate(['a{b}', ' padded ', '', 'line\nbreak', 'name'])).toBe('{{name}}');
  expect(suggestTemplate(['{}'])).toBe('');
  expect(suggestTemplate([])).toBe('');
  expect(renderTemplate(suggestTemplate(['toString', 'x y']), { toString: 'a', 'x y': 'b' })).toBe('toString: a\nx y: b');
});
