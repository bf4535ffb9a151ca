import { defineConfig } from 'vitest/config';

// `unit` needs nothing built; `contract` drives the built hosts.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{bench,crash,money,shared,store,files,engine,executors,simulator,api,server,cli,renderer,window,start}/**/*.test.{ts,tsx}'],
          testTimeout: 30_000,
        },
      },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 } },
    ],
  },
});
