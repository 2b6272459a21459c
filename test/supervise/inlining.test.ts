import { spawnSync } from 'node:child_process'
import v8 from 'node:v8'
import { expect, test, vi } from 'vitest'
import { inlineFurther } from '../../src/supervise/inlining.ts'

test('this version of Node.js knows the flag: nothing is said about it', () => {
  const setFlags = vi.spyOn(v8, 'setFlagsFromString').mockImplementation(() => {})
  inlineFurther()
  const flags = setFlags.mock.calls.map(([flag]) => flag)
  setFlags.mockRestore()

  const source = `for (const flag of ${JSON.stringify(flags)}) require('node:v8').setFlagsFromString(flag)`
  const { status, stderr } = spawnSync(process.execPath, ['-e', source], { encoding: 'utf8' })
  expect({ status, stderr, count: flags.length }).toEqual({ status: 0, stderr: '', count: 1 })
})
