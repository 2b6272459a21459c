import { describe, expect, it } from 'vitest'
import { readMachine } from '../../src/lab/machine.ts'

describe('readMachine', () => {
  it('tells what figures depend on', () => {
    const { node, platform, arch, cpus, loadAverage } = readMachine()

    expect([node, platform, arch]).toEqual([process.version, process.platform, process.arch])
    expect(cpus).toBeGreaterThanOrEqual(1)
    expect(loadAverage).toBeGreaterThanOrEqual(0)
  })
})
