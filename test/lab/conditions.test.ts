import { describe, expect, it } from 'vitest'
import { type ConditionSource, watchConditions } from '../../src/lab/conditions.ts'
import type { ProcessorTicks } from '../../src/lab/machine.ts'
import { makeVirtualClock } from '../support/virtual-clock.ts'

/** What lies between two readings. */
function watched(elapsedMs: number, ownMs: number, ticks: readonly (ProcessorTicks | null)[]) {
  const clock = makeVirtualClock(5_000)
  const [own, tick] = [[100, 100 + ownMs], [...ticks]]
  const source: ConditionSource = { ownMs: () => own.shift()!, loadAverage: () => 1.5, ticks: () => tick.shift()! }
  const read = watchConditions(clock, source)
  clock.advance(elapsedMs)
  return read()
}

const NONE = [null, null]

describe('watchConditions', () => {
  it('tells shares of what passed since it was asked to watch', () => {
    const ticks = [
      { total: 10_000, stolen: 500 },
      { total: 10_400, stolen: 510 },
    ]

    expect(watched(2_000, 1_500, ticks)).toEqual({
      elapsedMs: 2_000,
      loadAverage: 1.5,
      stealShare: 0.025,
      ownShare: 0.75,
    })
  })

  it.each<[string, (ProcessorTicks | null)[]]>([
    ['where the system does not tell', NONE],
    [
      'over so short a time that one tick would be a doubt',
      [
        { total: 0, stolen: 0 },
        { total: 99, stolen: 1 },
      ],
    ],
    [
      'where ticks do not move',
      [
        { total: 7, stolen: 1 },
        { total: 7, stolen: 1 },
      ],
    ],
  ])('knows of no steal %s', (_, ticks) => {
    expect(watched(1_000, 0, ticks).stealShare).toBeNull()
  })

  it('takes stolen ticks that go back for none', () => {
    const ticks = [
      { total: 0, stolen: 50 },
      { total: 1_000, stolen: 49 },
    ]

    expect(watched(1_000, 0, ticks).stealShare).toBe(0)
  })

  it('of no time is no division by 0', () => {
    expect(watched(0, 0, NONE)).toMatchObject({ elapsedMs: 0, ownShare: 0 })
  })

  it('reads this machine', () => {
    const clock = makeVirtualClock()
    const read = watchConditions(clock)
    clock.advance(1_000)
    const { ownShare, loadAverage } = read()

    expect(ownShare).toBeGreaterThanOrEqual(0)
    expect(loadAverage).toBeGreaterThanOrEqual(0)
  })
})
