import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What they count or measure is the machine's too: on two cores one file at a time, so that none starves another. */
const ALONE = [
  'bounds-its-retries',
  'degrades-under-overload',
  'ejects-a-stopped-server',
  'executes-at-most-once',
  'serves-a-hundred-servers',
  'survives-a-stopped-process',
  'survives-many-kills',
  'survives-random-edits',
].map(name => `test/system/${name}.test.ts`)

/** Real processes. */
const SYSTEM = {
  isolate: false,
  setupFiles: ['test/support/setup.ts'],
  testTimeout: 60_000,
  hookTimeout: 30_000,
}

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
          // By default one core is left free, which of two is half; and some files do little but wait.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
          // Whole worlds in virtual time cost seconds on a machine that has other work.
          testTimeout: 30_000,
        },
      },
      {
        root,
        test: {
          ...SYSTEM,
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          exclude: ALONE,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        root,
        test: {
          ...SYSTEM,
          name: 'system-alone',
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
