import { renderToStaticMarkup } from 'react-dom/server';
import { Window } from 'happy-dom';
import { expect, test } from 'vitest';
import { Markdown } from '../../../renderer/components/Markdown.tsx';
import { visibleText } from '../../../renderer/components/visible-text.ts';

/** What a browser would make of a model's answer: names of elements, their attributes, and the text. */
function drawn(answer: string): { readonly elements: readonly string[]; readonly attributes: readonly string[]; readonly text: string } {
  const { document } = new Window();
  document.body.innerHTML = renderToStaticMarkup(<Markdown text={answer} />);
  const all = [...document.body.querySelectorAll('*')];
  return {
    elements: [...new Set(all.map((element) => element.tagName.toLowerCase()))],
    attributes: all.flatMap((element) => [...element.attributes].map(({ name, value }) => `${name}=${value}`)).filter((attribute) => !attribute.startsWith('class=')),
    text: (document.body.textContent ?? '').trim(),
  };
}

test('HTML in an answer stays text: no element, no handler, nothing loads (case 72)', () => {
  for (const html of ['<img src=x onerror=alert(1)>', '<script>alert(1)</script>', '<iframe src="https://example.com"></iframe>', '<svg onload=alert(1)><a xlink:href="javascript:alert(1)">x</a></svg>', '<style>*{display:none}</style>', '<math><mtext></mtext></math>', '<form action="https://example.com"><button>x</button></form>']) {
    const { elements, attributes } = drawn(`before ${html} after\n\n${html}`);
    expect([html, elements.filter((name) => !['div', 'p'].includes(name)), attributes]).toEqual([html, [], []]);
  }
});

test('links are shown but lead nowhere, javascript: ones do not even name their address (case 72)', () => {
  for (const link of ['[click](javascript:alert(1))', '[click](JaVaScRiPt:alert(1))', '[click](data:text/html,<script>1</script>)', '[click](vbscript:x)', '[click](&#106;avascript:alert(1))']) {
    const { elements, attributes, text } = drawn(link);
    expect([link, elements.includes('a'), attributes, text]).toEqual([link, false, ['title=Link without a safe address'], 'click']);
  }
  expect(drawn('[docs](https://example.com/a) and <https://example.com/b> and https://example.com/c')).toMatchObject({
    attributes: ['title=Not opened: https://example.com/a', 'title=Not opened: https://example.com/b', 'title=Not opened: https://example.com/c'],
    text: 'docs and https://example.com/b and https://example.com/c',
  });
});

test('images are shown as their description, so that no server learns that the answer was read (case 73)', () => {
  const { elements, attributes, text } = drawn('![a cat](https://example.com/cat.png) ![](data:image/svg+xml,<svg/onload=alert(1)>)\n\n[![badge](https://example.com/b.svg)](https://example.com)');
  expect([elements.includes('img'), attributes.filter((attribute) => attribute.startsWith('src')), text]).toEqual([false, [], '[image: a cat] [image]\n[image: badge]']);
});

test('diagrams and formulas are code, not markup (case 74)', () => {
  const { elements, text } = drawn('```mermaid\ngraph TD; A["<img src=x onerror=alert(1)>"]\n```');
  expect([elements.includes('img'), text]).toEqual([false, 'graph TD; A["<img src=x onerror=alert(1)>"]']);
});

test('ordinary Markdown is drawn: lists, tables, code and task boxes', () => {
  const { elements } = drawn('# Title\n\n- [x] done\n- open\n\n1. one\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n`code` and **bold**\n\n> quote\n\n---');
  for (const name of ['h3', 'ul', 'ol', 'li', 'table', 'th', 'td', 'code', 'strong', 'blockquote', 'hr']) expect(elements).toContain(name);
  expect(elements).not.toContain('input');
});

test('characters that hide or turn text are written out, joiners of emoji and scripts are not (case 24)', () => {
  expect(visibleText('abc\u202Egnp.exe')).toBe('abc‹U+202E›gnp.exe');
  expect(visibleText('a\u200Bb\uFEFFc\u2066d')).toBe('a‹U+200B›b‹U+FEFF›c‹U+2066›d');
  expect(visibleText('👩‍👩‍👧 می‌خواهم')).toBe('👩‍👩‍👧 می‌خواهم');
});
