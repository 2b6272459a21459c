import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))

export default defineConfig({
  test: {
    projects: [
      {
        root,
        test: {
          name: 'rooms',
          // No room holds state of its own, so test files may share a process: a third of the time.
          isolate: false,
          include: ['test/**/*.test.ts'],
          setupFiles: ['test/support/setup.ts'],
          exclude: ['test/system/**'],
          // By default one core is left free, which of two is half.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
          // Whole worlds in virtual time cost seconds on a machine that has other work.
          testTimeout: 30_000,
        },
      },
      {
        root,
        test: {
          name: 'system',
          isolate: false,
          include: ['test/system/**/*.test.ts'],
          setupFiles: ['test/support/setup.ts'],
          // Real processes on two cores: one file at a time, so that none starves another of its limit.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
})
