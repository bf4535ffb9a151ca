import { useEffect, useRef } from 'react';
import { COLOUR } from './marks.tsx';
import type { TimelineGeometry } from './timeline-geometry.ts';
import type { TimelinePalette } from './timeline-paint.ts';

/** Device px a CSS px: sharp on dense screens and in exports. */
const SCALE = 2;

function variableOf(reference: string, styles: CSSStyleDeclaration): string {
  return styles.getPropertyValue(reference.slice('var('.length, -1)).trim();
}

/** The colours of the theme on now. */
function currentPalette(): TimelinePalette {
  const styles = getComputedStyle(document.documentElement);
  return { surface: variableOf(COLOUR.surface, styles), text: variableOf(COLOUR.text, styles), wait: variableOf(COLOUR.wait, styles), firstToken: variableOf(COLOUR.firstToken, styles), stream: variableOf(COLOUR.stream, styles), fail: variableOf(COLOUR.fail, styles), warn: variableOf(COLOUR.warn, styles) };
}

interface CanvasLayerProps {
  readonly geometry: TimelineGeometry;
  readonly paint: (context: CanvasRenderingContext2D, palette: TimelinePalette) => void;
}

/** A canvas inside the chart's axes, for more marks than SVG can hold. It is repainted when the theme changes. */
export function CanvasLayer({ geometry, paint }: CanvasLayerProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const repaint = (): void => {
      const target = canvas.current;
      const context = target?.getContext('2d');
      if (target === null || context === null || context === undefined) return;
      target.width = geometry.plotWidth * SCALE;
      target.height = geometry.plotHeight * SCALE;
      context.scale(SCALE, SCALE);
      paint(context, currentPalette());
    };
    repaint();
    const observer = new MutationObserver(repaint);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class'] });
    return () => observer.disconnect();
  }, [geometry, paint]);
  return (
    <foreignObject x={geometry.left} y={geometry.top} width={geometry.plotWidth} height={geometry.plotHeight}>
      <canvas ref={canvas} className="block h-full w-full" />
    </foreignObject>
  );
}
