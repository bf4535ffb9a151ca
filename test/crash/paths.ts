import path from 'node:path';

export const PROJECT_DIR = path.resolve(import.meta.dirname, '..', '..');
/** The Node that the npm scripts use, whatever runs the harness. */
export const NODE = path.join(PROJECT_DIR, 'node_modules', '.bin', 'node');
/** The program as `npm run tasklane` starts it. */
export const PROGRAM = path.join(PROJECT_DIR, 'electron', 'start', 'checkout.ts');
/** Loaded into each life before the program. */
export const PRELOAD = path.join(import.meta.dirname, 'inside', 'preload.ts');
/** Compiled sources of all lives, edited ones included: a start without it takes half as long again. Apart from the checkout's own. */
export const COMPILE_CACHE = path.join(PROJECT_DIR, 'out', 'crash', 'compile-cache');
