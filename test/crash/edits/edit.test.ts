import { expect, test } from 'vitest';

import { checkAnchors } from './anchors.ts';
import { applyEdits, type Edit } from './edit.ts';

const edit = (find: string, put: string): Edit => ({ file: 'a.ts', find, put });

test('every failpoint, tap and fault still has its one place in the product, so none of them has rotted', () => {
  expect(checkAnchors).not.toThrow();
});

test('edits are made in their order and leave other files alone', () => {
  expect(applyEdits('a.ts', 'one(); two();', [edit('two();', 'pass(); two();'), edit('two();', 'three();')])).toBe('one(); pass(); three();');
  expect(applyEdits('b.ts', 'one(); two();', [edit('two();', '')])).toBe('one(); two();');
});

test.each([
  ['is gone', 'one();'],
  ['is there twice', 'two(); two();'],
])('an anchor that %s stops the harness instead of being skipped', (_, source) => {
  expect(() => applyEdits('a.ts', source, [edit('two();', 'three();')])).toThrow('expected the anchor exactly once in a.ts');
});
