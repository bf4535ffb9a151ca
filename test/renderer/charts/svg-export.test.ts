// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { escapeXml, resolveVariables, writeChart, writeSvgNode, type SvgWriting } from '../../../renderer/charts/svg-export.ts';

const COLOURS: Readonly<Record<string, string>> = { '--text': '#1b1d21', '--surface': '#ffffff', '--secondary': '#5b616b', '--muted': '#686e79', '--warn': '#8a5a00', '--alias': 'var(--text)' };
const PNG = 'data:image/png;base64,iVBORw0KGgo=';
const writing: SvgWriting = { variable: (name) => COLOURS[name] ?? '', canvasImage: () => PNG };

function svgNode(markup: string): Element {
  const holder = document.createElement('div');
  holder.innerHTML = `<svg>${markup}</svg>`;
  return holder.querySelector('svg')!;
}

const written = (markup: string): string => writeSvgNode(svgNode(markup), writing);

describe('what an exported chart may hold', () => {
  it('escapes a script in a text, so that a batch name cannot run in the exported file', () => {
    const node = svgNode('<text x="1"></text>');
    node.querySelector('text')!.textContent = '<script>alert(1)</script> & "it\'s"';
    expect(writeSvgNode(node, writing)).toBe('<svg><text x="1">&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;it&apos;s&quot;</text></svg>');
  });

  it('leaves out scripts, links, styles and unknown elements with all that is in them', () => {
    const node = svgNode('');
    for (const name of ['script', 'a', 'style', 'animate', 'iframe', 'use']) {
      const element = document.createElementNS('http://www.w3.org/2000/svg', name);
      element.textContent = 'alert(1)';
      node.append(element);
    }
    expect(writeSvgNode(node, writing)).toBe('<svg/>');
  });

  it('drops event handlers, classes, styles and references out of the file', () => {
    expect(written('<rect x="2" onload="alert(1)" class="c" style="fill:red" href="https://example.org" fill="url(https://example.org/x)" stroke="url(#hatch)"></rect>')).toBe('<svg><rect x="2" stroke="url(#hatch)"/></svg>');
  });

  it('escapes an attribute that tries to break out of its quotes', () => {
    const node = svgNode('<rect></rect>');
    node.querySelector('rect')!.setAttribute('fill', '"/><script>alert(1)</script>');
    expect(writeSvgNode(node, writing)).toBe('<svg><rect fill="&quot;/&gt;&lt;script&gt;alert(1)&lt;/script&gt;"/></svg>');
  });

  it('replaces characters that XML cannot hold, which would make the file unreadable', () => {
    expect(escapeXml('a\u0000b\u001Bc\uD800d\tz')).toBe('a\uFFFDb\uFFFDc\uFFFDd\tz');
  });
});

describe('colours and canvases', () => {
  it('resolves variables that refer to variables, so that the file needs no style sheet', () => {
    expect(resolveVariables('var(--alias)', writing.variable)).toBe('#1b1d21');
    expect(resolveVariables('var( --surface , red)', writing.variable)).toBe('#ffffff');
  });

  it('embeds a canvas layer as a PNG instead of HTML that viewers do not show', () => {
    const node = svgNode('');
    const foreign = document.createElementNS('http://www.w3.org/2000/svg', 'foreignObject');
    for (const [name, value] of Object.entries({ x: '60', y: '26', width: '400', height: '120' })) foreign.setAttribute(name, value);
    foreign.append(document.createElement('canvas'));
    node.append(foreign);
    expect(writeSvgNode(node, writing)).toBe(`<svg><image x="60" y="26" width="400" height="120" preserveAspectRatio="none" href="${PNG}"/></svg>`);
    expect(writeSvgNode(node, { ...writing, canvasImage: () => 'data:text/html,<script>alert(1)</script>' })).toBe('<svg/>');
  });
});

describe('a chart as a file', () => {
  const chart = writeChart({ title: 'What ran <when>?', sentence: 'One & two.', source: 'Tasklane · "reviews"', simulated: true, plots: [{ node: svgNode('<rect width="10" fill="var(--text)"></rect>'), x: 0, y: 30, width: 400, height: 120 }], widthPx: 400 }, writing);

  it('is well-formed XML with its own size, background, title, label and source', () => {
    const parsed = new DOMParser().parseFromString(chart.svg, 'image/svg+xml');
    expect(parsed.querySelector('parsererror')).toBeNull();
    const root = parsed.documentElement;
    expect([root.getAttribute('xmlns'), root.getAttribute('width'), root.getAttribute('height')]).toEqual(['http://www.w3.org/2000/svg', String(chart.widthPx), String(chart.heightPx)]);
    expect(root.getAttribute('font-family')).toContain('sans-serif');
    expect([...parsed.querySelectorAll('svg > text')].map((text) => text.textContent)).toEqual(['What ran <when>?', 'simulated', 'One & two.', 'Tasklane · "reviews"']);
    expect(root.querySelector('rect')?.getAttribute('fill')).toBe('#ffffff');
  });

  it('holds no variable, so that it looks the same outside of Tasklane', () => {
    expect(chart.svg).not.toContain('var(');
  });

  it('is tall enough for its plot, which would be cut off otherwise', () => {
    const nested = /<svg x="16" y="(?<y>[\d.]+)" width="400" height="120"/.exec(chart.svg);
    expect(Number(nested?.groups?.['y']) + 120).toBeLessThan(chart.heightPx - 20);
  });

  it('says nothing of simulation for a real provider', () => {
    const real = writeChart({ title: 'T', sentence: 'S.', source: 'Tasklane', simulated: false, plots: [], widthPx: 300 }, writing);
    expect(real.svg).not.toContain('simulated');
  });
});
