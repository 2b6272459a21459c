import { describe, expect, it } from 'vitest'
import { parseProcStat, readMachine, readProcessorTicks } from '../../src/lab/machine.ts'

describe('readMachine', () => {
  it('tells what figures depend on', () => {
    const { node, platform, arch, cpus, loadAverage } = readMachine()

    expect([node, platform, arch]).toEqual([process.version, process.platform, process.arch])
    expect(cpus).toBeGreaterThanOrEqual(1)
    expect(loadAverage).toBeGreaterThanOrEqual(0)
  })
})

describe('parseProcStat', () => {
  it('adds up what processors did, without counting guests twice', () => {
    const text = 'cpu  100 20 30 400 5 6 7 32 50 60\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 5\n'

    expect(parseProcStat(text)).toEqual({ total: 600, stolen: 32 })
  })

  it.each(['', 'cpu0 1 1 1 1 1 1 1 1\n', 'cpu  1 2 3\n', 'nonsense'])('makes nothing of %j', text => {
    expect(parseProcStat(text)).toBeNull()
  })
})

describe('readProcessorTicks', () => {
  it.runIf(process.platform === 'linux')('reads ticks that do not go back', () => {
    const [before, after] = [readProcessorTicks(), readProcessorTicks()]

    expect(after!.total).toBeGreaterThanOrEqual(before!.total)
    expect(before!.stolen).toBeLessThanOrEqual(before!.total)
  })
})
