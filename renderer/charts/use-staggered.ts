import { useEffect, useState } from 'react';

/**
 * Hands a new value to `count` parts one by one, each in its own turn of the event loop: drawing every chart of a run at
 * once would hold the screen for a noticeable moment. A part has null before its first turn, and the value before until
 * its next one; all end with the latest.
 */
export function useStaggered<Value extends object>(value: Value, count: number): readonly (Value | null)[] {
  const [held, setHeld] = useState<readonly (Value | null)[]>(() => Array.from({ length: count }, (_, part) => (part === 0 ? value : null)));
  useEffect(() => {
    const next = held.findIndex((part) => part !== value);
    if (next === -1) return;
    const timer = setTimeout(() => setHeld(held.map((part, index) => (index === next ? value : part))), 0);
    return () => clearTimeout(timer);
  }, [held, value]);
  return held;
}
