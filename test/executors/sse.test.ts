import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSseReader } from '../../electron/executors/sse.ts';

function read(pieces: readonly Uint8Array[]): readonly string[] {
  const events: string[] = [];
  const reader = createSseReader((data) => events.push(data));
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return events;
}

/** Bytes cut at the given places (taken modulo their length). */
function cutAt(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).sort((left, right) => left - right), bytes.length];
  return cuts.slice(1).map((end, index) => bytes.slice(cuts[index], end));
}

const encoder = new TextEncoder();

test.each([
  ['LF', 'data: a\n\ndata: b\n\n', ['a', 'b']],
  ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
  ['CR', 'data: a\r\rdata: b\r\r', ['a', 'b']],
  ['mixed ends of line', 'data: a\r\n\ndata: b\r\r\n', ['a', 'b']],
  ['several lines of data', 'data: a\ndata: b\ndata\n\n', ['a\nb\n']],
  ['no space after the colon, or two', 'data:a\n\ndata:  b\n\n', ['a', ' b']],
  ['comments, names, ids, retry times and unknown fields', ': hello\nevent: x\nid: 1\nretry: 5\ndatax: no\ndata: a\n\n', ['a']],
  ['empty events', '\n\n: only a comment\n\n\n', []],
  ['a byte order mark', '\uFEFFdata: a\n\n', ['a']],
  ['no end after the last event', 'data: a\n\ndata: b', ['a', 'b']],
  ['one end after the last event', 'data: b\n', ['b']],
])('reads %s', (_name, text, events) => {
  expect(read([encoder.encode(text)])).toEqual(events);
});

test('events are the same however the bytes are cut, within characters and ends of line too', () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'é', '✓', '😀', ' ', ':', '{'), maxLength: 8 });
  const end = fc.constantFrom('\n', '\r\n', '\r');
  const event = fc.array(line, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 5 }), end, fc.array(fc.nat(), { maxLength: 20 }), (events, lineEnd, places) => {
      const text = events.map((lines) => `${lines.map((value) => `data: ${value}${lineEnd}`).join('')}${lineEnd}`).join('');
      expect(read(cutAt(encoder.encode(text), places))).toEqual(events.map((lines) => lines.join('\n')));
    }),
  );
});

test('any bytes at all are survived, and give the same events cut or whole', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(), { maxLength: 10 }), (bytes, places) => {
      expect(read(cutAt(bytes, places))).toEqual(read([bytes]));
    }),
  );
});

test('a line in a hundred thousand pieces is joined once, not again with every piece', () => {
  const piece = encoder.encode('x'.repeat(100));
  const pieces = [encoder.encode('data: '), ...Array.from({ length: 100_000 }, () => piece)];
  expect(read(pieces)[0]?.length).toBe(10_000_000);
});
