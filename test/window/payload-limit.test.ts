import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPayloadTooLarge, MAX_PAYLOAD_SIZE, MAX_PAYLOAD_VALUES } from '../../electron/window/payload-limit.ts';

test('text, bytes and keys count towards the size, wherever they hide', () => {
  const text = 'x'.repeat(101);
  const payloads: readonly unknown[] = [text, [text], { a: { b: text } }, { [text]: 1 }, new Map([[text, 1]]), new Map([[1, text]]), new Set([text]), new ArrayBuffer(101), new Float64Array(13), ['x'.repeat(51), 'y'.repeat(51)]];
  expect(payloads.map((payload) => isPayloadTooLarge(payload, 100))).toEqual(payloads.map(() => true));
});

test('a plain command passes with room to spare, the largest selection too', () => {
  expect(isPayloadTooLarge(['export.results', { runId: 'r', indices: Array.from({ length: 1_000_000 }, (_, index) => index) }])).toBe(false);
  expect(isPayloadTooLarge('x'.repeat(MAX_PAYLOAD_SIZE))).toBe(false);
  expect(isPayloadTooLarge('x'.repeat(MAX_PAYLOAD_SIZE + 1))).toBe(true);
  expect(isPayloadTooLarge(Array.from({ length: MAX_PAYLOAD_VALUES }, () => 0))).toBe(true);
});

test('cycles and deep nesting end the look, not the program', () => {
  const cycle: { self?: unknown } = {};
  cycle.self = [cycle, cycle];
  let deep: unknown = 'leaf';
  for (let depth = 0; depth < 200_000; depth += 1) deep = [deep];
  expect([isPayloadTooLarge(cycle), isPayloadTooLarge(deep)]).toEqual([false, false]);
});

test('whatever the shape, the size is that of its strings and keys', () => {
  const sizeOf = (value: unknown): number => {
    if (typeof value === 'string') return value.length;
    if (typeof value !== 'object' || value === null) return 0;
    const parts: readonly unknown[] = Array.isArray(value) ? value : Object.entries(value).flat();
    return parts.reduce<number>((sum, part) => sum + sizeOf(part), 0);
  };
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.integer({ min: 0, max: 60 }), (payload, limit) => {
      expect(isPayloadTooLarge(payload, limit)).toBe(sizeOf(payload) > limit);
    }),
  );
});
