import { defineConfig } from 'vitest/config';

/** Tests that start programs again and again, kill them, let the disk fail or send many megabytes: minutes, not seconds. */
const PROOF = [
  'test/crash/**/*.test.ts',
  'test/api/follow-writer.test.ts',
  'test/cli/{failures,interruption,program,retry}.test.ts',
  'test/engine/{failure-table-*,gaps-process,hostile-queue,kill-and-resume,model,troubled-provider}.test.ts',
  'test/executors/{hostile-bodies,stopped-process}.test.ts',
  'test/store/{damaged,damaged-run,disk-faults,sync-order}.test.ts',
];

// `unit` and `proof` need nothing built; `contract` drives the built hosts.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{bench,money,shared,store,files,engine,executors,simulator,api,server,cli,renderer,window,start}/**/*.test.{ts,tsx}'],
          exclude: PROOF,
          testTimeout: 30_000,
        },
      },
      { test: { name: 'proof', include: PROOF, testTimeout: 60_000 } },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 } },
    ],
  },
});
