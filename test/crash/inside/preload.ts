// Loaded into each life with `--import`, before the program: puts failpoints, taps and at most one fault into its source.
import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { applyEdits } from '../edits/edit.ts';
import { HARNESS_EDITS } from '../edits/failpoints.ts';
import { faultNamed } from '../edits/faults.ts';
import { PROJECT_DIR } from '../paths.ts';
import { ORDERS_VARIABLE, type Orders } from './orders.ts';
import { createRuntime } from './runtime.ts';

const orders = JSON.parse(process.env[ORDERS_VARIABLE] ?? '') as Orders;
const edits = [...HARNESS_EDITS, ...(orders.fault === null ? [] : faultNamed(orders.fault).edits)];
const files = new Set(edits.map((edit) => edit.file));

Object.assign(globalThis, { tasklaneCrash: createRuntime(orders) });
registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.startsWith('file:')) return loaded;
    const file = path.relative(PROJECT_DIR, fileURLToPath(url)).replaceAll(path.sep, '/');
    if (!files.has(file)) return loaded;
    if (loaded.source === undefined || loaded.source === null) throw new Error(`test/crash: expected the source of ${file}, got none.`);
    const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
    return { ...loaded, source: applyEdits(file, source, edits) };
  },
});
