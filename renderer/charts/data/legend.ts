import { textWidth } from './text-width.ts';

export const LEGEND_ROW_PX = 20;
const SWATCH_PX = 16;
const GAP_PX = 16;
const FONT_PX = 11;

export interface PlacedLegendItem<Item> {
  readonly item: Item;
  readonly x: number;
  readonly y: number;
}

export interface LegendLayout<Item> {
  readonly items: readonly PlacedLegendItem<Item>[];
  /** 0 when there is nothing to explain. */
  readonly heightPx: number;
}

/** Places legend entries in rows from the left, breaking where `widthPx` ends. */
export function layoutLegend<Item extends { readonly label: string }>(items: readonly Item[], widthPx: number): LegendLayout<Item> {
  const placed: PlacedLegendItem<Item>[] = [];
  let x = 0;
  let y = 0;
  for (const item of items) {
    const width = SWATCH_PX + textWidth(item.label, FONT_PX);
    if (x > 0 && x + width > widthPx) {
      x = 0;
      y += LEGEND_ROW_PX;
    }
    placed.push({ item, x, y });
    x += width + GAP_PX;
  }
  return { items: placed, heightPx: items.length === 0 ? 0 : y + LEGEND_ROW_PX };
}
