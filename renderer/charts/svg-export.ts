import { wrapText } from './data/text-width.ts';

/** The part of a DOM node that the writer reads, so that it runs without a browser too. */
export interface SvgNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly nodeValue: string | null;
  readonly childNodes: Iterable<SvgNode>;
  readonly attributes?: Iterable<{ readonly name: string; readonly value: string }>;
}

export interface SvgWriting {
  /** Value of a CSS variable such as `--text`; '' when it is unknown. */
  readonly variable: (name: string) => string;
  /** PNG data URI of a canvas, or null when it holds nothing. */
  readonly canvasImage: (canvas: SvgNode) => string | null;
}

const ELEMENT_NODE = 1;
const TEXT_NODE = 3;
/** Nothing outside these lists is written: no scripts, no event handlers, no styles, no links. */
const ELEMENTS = new Set(['svg', 'g', 'path', 'rect', 'line', 'circle', 'ellipse', 'polyline', 'polygon', 'text', 'tspan', 'defs', 'clipPath', 'pattern', 'title', 'desc']);
const ATTRIBUTES = new Set(
  'id x y x1 x2 y1 y2 dx dy cx cy r rx ry width height d points viewBox transform fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin opacity clip-path clip-rule font-family font-size font-weight font-style text-anchor dominant-baseline letter-spacing patternUnits patternTransform patternContentUnits clipPathUnits shape-rendering paint-order preserveAspectRatio'.split(' '),
);
const PNG_DATA = /^data:image\/png;base64,[A-Za-z0-9+/=]+$/;

/** Text for XML: markup characters escaped, characters that XML can't hold replaced. */
export function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex -- XML 1.0 forbids exactly these
      .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;')
  );
}

/** Replaces every `var(--name)` by its value, also where one variable refers to another. */
export function resolveVariables(value: string, variable: SvgWriting['variable']): string {
  let resolved = value;
  for (let depth = 0; depth < 5 && resolved.includes('var('); depth += 1) resolved = resolved.replace(/var\(\s*(--[\w-]+)\s*(?:,[^()]*)?\)/g, (_match, name: string) => variable(name).trim());
  return resolved;
}

function attributesOf(node: SvgNode, { variable }: SvgWriting): ReadonlyMap<string, string> {
  const kept = new Map<string, string>();
  for (const { name, value } of node.attributes ?? []) {
    if (!ATTRIBUTES.has(name)) continue;
    const resolved = resolveVariables(value, variable);
    // A reference may only point into this file.
    if (/url\(/i.test(resolved) && !/^url\(#[\w:.«»-]+\)$/.test(resolved)) continue;
    kept.set(name, resolved);
  }
  return kept;
}

function written(attributes: ReadonlyMap<string, string>): string {
  return [...attributes].map(([name, value]) => ` ${name}="${escapeXml(value)}"`).join('');
}

function findCanvas(node: SvgNode): SvgNode | null {
  if (node.nodeName.toLowerCase() === 'canvas') return node;
  for (const child of node.childNodes) {
    const found = findCanvas(child);
    if (found !== null) return found;
  }
  return null;
}

/** HTML inside a chart is only ever a canvas layer; it becomes an embedded picture. */
function canvasAsImage(node: SvgNode, writing: SvgWriting): string {
  const canvas = findCanvas(node);
  const data = canvas === null ? null : writing.canvasImage(canvas);
  if (data === null || !PNG_DATA.test(data)) return '';
  const attributes = attributesOf(node, writing);
  const box = new Map(['x', 'y', 'width', 'height'].map((name) => [name, attributes.get(name) ?? '0']));
  return `<image${written(box)} preserveAspectRatio="none" href="${data}"/>`;
}

/** Writes one node of a drawn chart as clean SVG text. */
export function writeSvgNode(node: SvgNode, writing: SvgWriting): string {
  if (node.nodeType === TEXT_NODE) return escapeXml(node.nodeValue ?? '');
  if (node.nodeType !== ELEMENT_NODE) return '';
  if (node.nodeName.toLowerCase() === 'foreignobject') return canvasAsImage(node, writing);
  if (!ELEMENTS.has(node.nodeName)) return '';
  const children = [...node.childNodes].map((child) => writeSvgNode(child, writing)).join('');
  const attributes = written(attributesOf(node, writing));
  return children === '' ? `<${node.nodeName}${attributes}/>` : `<${node.nodeName}${attributes}>${children}</${node.nodeName}>`;
}

export interface ChartPlot {
  readonly node: SvgNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ChartDocument {
  readonly title: string;
  readonly sentence: string;
  /** Where the numbers come from: batch, provider, model. */
  readonly source: string;
  readonly simulated: boolean;
  readonly plots: readonly ChartPlot[];
  readonly widthPx: number;
}

export interface WrittenChart {
  readonly svg: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

export const EXPORT_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif";
const PADDING = 16;

/** A self-contained SVG of one chart: title, sentence, plots and source, with resolved colours and no scripts. */
export function writeChart(chart: ChartDocument, writing: SvgWriting): WrittenChart {
  const width = chart.widthPx + 2 * PADDING;
  const colour = (name: string): string => escapeXml(resolveVariables(`var(--${name})`, writing.variable));
  const line = (text: string, x: number, y: number, size: number, fill: string, extra = ''): string => `<text x="${x}" y="${y}" font-size="${size}" fill="${colour(fill)}"${extra}>${escapeXml(text)}</text>`;
  const body: string[] = [line(chart.title, PADDING, PADDING + 14, 15, 'text', ' font-weight="600"')];
  if (chart.simulated) body.push(line('simulated', width - PADDING, PADDING + 14, 11, 'warn', ' text-anchor="end" font-weight="600"'));
  let y = PADDING + 20;
  for (const text of wrapText(chart.sentence, chart.widthPx, 13)) {
    y += 18;
    body.push(line(text, PADDING, y, 13, 'secondary'));
  }
  y += 16;
  const plotsTop = Math.min(...chart.plots.map((plot) => plot.y), Infinity);
  let bottom = y;
  for (const plot of chart.plots) {
    const top = y + plot.y - plotsTop;
    const content = [...plot.node.childNodes].map((child) => writeSvgNode(child, writing)).join('');
    body.push(`<svg x="${PADDING + plot.x}" y="${top}" width="${plot.width}" height="${plot.height}" viewBox="0 0 ${plot.width} ${plot.height}">${content}</svg>`);
    bottom = Math.max(bottom, top + plot.height);
  }
  const height = Math.ceil(bottom + 24 + PADDING / 2);
  body.push(line(chart.source, PADDING, bottom + 20, 11, 'muted'));
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(EXPORT_FONT)}" font-size="11" role="img">`;
  const named = `<title>${escapeXml(chart.title)}</title><desc>${escapeXml(chart.sentence)}</desc>`;
  return { svg: `${open}${named}<rect width="${width}" height="${height}" fill="${colour('surface')}"/>${body.join('')}</svg>`, widthPx: width, heightPx: height };
}
