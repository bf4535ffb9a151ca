import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { escapeForTerminal, escapeLines, jsonLine } from '../../electron/cli/escape.ts';

describe('escapeForTerminal', () => {
  it.each([
    ['OSC 52, which writes to the clipboard', '\u001b]52;c;ZXZpbA==\u0007', String.raw`\x1b]52;c;ZXZpbA==\x07`],
    ['OSC 8, which hides a link behind a text', '\u001b]8;;https://evil.example\u001b\\bank\u001b]8;;\u001b\\', String.raw`\x1b]8;;https://evil.example\x1b\bank\x1b]8;;\x1b` + '\\'],
    ['CSI, which clears the screen', '\u001b[2J\u001b[H', String.raw`\x1b[2J\x1b[H`],
    ['the one-byte CSI of C1', '\u009b2J', String.raw`\x9b2J`],
    ['a carriage return, which overwrites the line', 'fine\rEVIL', String.raw`fine\rEVIL`],
    ['backspaces, which take back what was shown', 'ok\b\bno', String.raw`ok\b\bno`],
    ['a right-to-left override, which reverses a file name', 'photo\u202egpj.exe', String.raw`photo\u202egpj.exe`],
    ['zero-width characters, which tell two equal names apart', 'a\u200bb\ufeff', String.raw`a\u200bb\ufeff`],
    ['NUL, DEL and a line separator', '\0\u007f\u2028', String.raw`\x00\x7f\u2028`],
    ['tag characters beyond the basic plane', '\u{e0041}', String.raw`\u{e0041}`],
    ['a lone surrogate, which cannot be written as UTF-8', '\ud800', String.raw`\ud800`],
    ['line breaks and tabs, which would forge lines and columns', 'a\nb\tc', String.raw`a\nb\tc`],
  ])('shows %s as a marker', (_what, text, shown) => {
    expect(escapeForTerminal(text)).toBe(shown);
  });

  it('leaves text of any language, accents and emoji as they are', () => {
    const text = 'Grüße, 你好, здравствуйте, 🙂 “quotes” – done';
    expect(escapeForTerminal(text)).toBe(text);
  });

  it('never lets a control or format character through, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeForTerminal(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('escapeLines', () => {
  it('keeps line breaks and nothing else that moves the cursor', () => {
    expect(escapeLines('a\u001b[A\nb\r\n')).toBe('a\\x1b[A\nb\\r\n');
  });
});

describe('jsonLine', () => {
  it('gives one line that reads back as the same value and holds nothing a terminal acts on', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = jsonLine({ text });
        expect(line.endsWith('\n')).toBe(true);
        expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(JSON.parse(line)).toEqual({ text });
      }),
    );
  });

  it('escapes an override and a tag character instead of dropping them', () => {
    expect(jsonLine('a\u202eb\u{e0041}')).toBe(String.raw`"a\u202eb\udb40\udc41"` + '\n');
  });
});
