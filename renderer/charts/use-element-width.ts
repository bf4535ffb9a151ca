import { useCallback, useSyncExternalStore } from 'react';

/** Width where layout is not known: a renderer without a screen. */
const FALLBACK_WIDTH_PX = 640;

/** Width of an element in whole px, kept up to date; 0 while there is no element. */
export function useElementWidth(element: HTMLElement | null): number {
  const subscribe = useCallback(
    (onChange: () => void) => {
      if (element === null) return () => {};
      const observer = new ResizeObserver(onChange);
      observer.observe(element);
      return () => observer.disconnect();
    },
    [element],
  );
  return useSyncExternalStore(subscribe, () => (element === null ? 0 : Math.floor(element.getBoundingClientRect().width) || FALLBACK_WIDTH_PX));
}
