import { useCallback, useEffect, useRef } from 'react';

/** The same function for the whole life of a component, calling the latest `callback`: keeps memoised children still. */
export function useStableCallback<Arguments extends readonly unknown[], Result>(callback: (...args: Arguments) => Result): (...args: Arguments) => Result {
  const latest = useRef(callback);
  useEffect(() => {
    latest.current = callback;
  });
  return useCallback((...args: Arguments) => latest.current(...args), []);
}
