import { readFileSync } from 'node:fs';
import path from 'node:path';

import { PROJECT_DIR } from '../paths.ts';
import { applyEdits } from './edit.ts';
import { HARNESS_EDITS } from './failpoints.ts';
import { FAULTS } from './faults.ts';

/** Throws when a failpoint, tap or fault doesn't fit the product any more, so that none of them can rot unseen. */
export function checkAnchors(): void {
  for (const edits of [HARNESS_EDITS, ...FAULTS.map((fault) => [...HARNESS_EDITS, ...fault.edits])]) {
    for (const file of new Set(edits.map((edit) => edit.file))) applyEdits(file, readFileSync(path.join(PROJECT_DIR, file), 'utf8'), edits);
  }
}
