import { TasklaneError } from '../../shared/errors.ts';
import { writeChart, type ChartPlot, type SvgNode, type WrittenChart } from './svg-export.ts';

/** PNGs are drawn at twice the size of the screen, so that they stay sharp in a document. */
const PNG_SCALE = 2;

export interface ChartCaption {
  readonly title: string;
  readonly sentence: string;
  readonly source: string;
  readonly simulated: boolean;
}

/** Every plot inside `body`, where it stands. */
function plotsIn(body: HTMLElement): readonly ChartPlot[] {
  const origin = body.getBoundingClientRect();
  return [...body.querySelectorAll<SVGSVGElement>('[data-plot] .recharts-wrapper > svg')].map((node) => {
    const box = node.getBoundingClientRect();
    return { node, x: Math.round(box.left - origin.left), y: Math.round(box.top - origin.top), width: Number(node.getAttribute('width') ?? box.width), height: Number(node.getAttribute('height') ?? box.height) };
  });
}

function canvasImage(node: SvgNode): string | null {
  return node instanceof HTMLCanvasElement && node.width > 0 && node.height > 0 ? node.toDataURL('image/png') : null;
}

/** The chart as it stands on the screen, as a self-contained SVG file. */
export function chartAsSvg(body: HTMLElement, caption: ChartCaption): WrittenChart {
  const styles = getComputedStyle(document.documentElement);
  return writeChart({ ...caption, plots: plotsIn(body), widthPx: Math.round(body.getBoundingClientRect().width) }, { variable: (name) => styles.getPropertyValue(name), canvasImage });
}

async function loadImage(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch (cause) {
    throw new TasklaneError('internal', 'Expected the chart to be drawn as a picture, but the SVG could not be read.', 'Save it as SVG instead.', { cause });
  }
  return image;
}

/** Draws the SVG on a canvas at twice its size. Throws TasklaneError `internal` when the browser can't. */
export async function chartAsPng({ svg, widthPx, heightPx }: WrittenChart): Promise<Blob> {
  const image = await loadImage(`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`);
  const canvas = document.createElement('canvas');
  canvas.width = widthPx * PNG_SCALE;
  canvas.height = heightPx * PNG_SCALE;
  const context = canvas.getContext('2d');
  context?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/png');
  });
  if (context === null || blob === null) throw new TasklaneError('internal', 'Expected a PNG of the chart, but the picture could not be drawn.', 'Save it as SVG instead.');
  return blob;
}

/** Base64 of a blob, without the `data:` prefix. */
export async function blobAsBase64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = '';
  for (let start = 0; start < bytes.length; start += 0x8000) binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  return btoa(binary);
}

/** Puts the PNG on the clipboard. The promise goes in before it is settled, which keeps the user's gesture valid. */
export async function copyPng(png: Promise<Blob>): Promise<void> {
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
}
