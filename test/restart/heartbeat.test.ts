import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Heartbeat,
  HUNG_AFTER_MS,
  heardAt,
  lookAt,
  patienceWith,
  READY_LIMIT_MS,
  type Verdict,
} from '../../src/restart/heartbeat.ts'

const spec = { delayMinMs: 100, delayMaxMs: 15_000, heartbeatTimeoutMs: 10_000 }
const ready = patienceWith(true, spec)
const starting = patienceWith(false, spec)
const LOOK_EVERY_MS = 250

/** Looks every quarter of a second from `heartbeat` to `endMs`: what each said that was not said before, and when. */
function watch(heartbeat: Heartbeat, endMs: number, patience = ready, latenesses: Record<number, number> = {}) {
  const told: [atMs: number, verdict: Verdict][] = []
  let nowMs = heartbeat.aliveAtMs
  while (nowMs < endMs) {
    const lateMs = latenesses[nowMs + LOOK_EVERY_MS] ?? 0
    nowMs += LOOK_EVERY_MS + lateMs
    const look = lookAt(heartbeat, patience, nowMs, lateMs)
    heartbeat = look.heartbeat
    if (look.verdict !== (told.at(-1)?.[1] ?? 'kept')) told.push([nowMs, look.verdict])
  }
  return { told, heartbeat }
}

describe('the heartbeat of a process that is ready', () => {
  it('has these numbers', () => {
    expect({ HUNG_AFTER_MS, READY_LIMIT_MS }).toEqual({ HUNG_AFTER_MS: 3_000, READY_LIMIT_MS: 5_000 })
  })

  it.each([
    [0, 'kept', false],
    [1_000, 'kept', false],
    [2_999, 'kept', false],
    [3_000, 'hung', true],
    [9_999, 'hung', true],
    [10_000, 'given-up', false],
    [86_400_000, 'given-up', false],
  ])('%d ms after the last sign of life: %s', (silentMs, verdict, isHung) => {
    expect(lookAt(heardAt(500), ready, 500 + silentMs, 0)).toEqual({
      heartbeat: { aliveAtMs: 500, isHung },
      silentMs,
      verdict,
    })
  })

  it('is hung after three seconds and given up after ten', () => {
    expect(watch(heardAt(0), 12_000).told).toEqual([
      [3_000, 'hung'],
      [10_000, 'given-up'],
    ])
  })

  it('is given up without being called hung where the time-out is the shorter', () => {
    const { told, heartbeat } = watch(heardAt(0), 3_000, patienceWith(true, { ...spec, heartbeatTimeoutMs: 2_000 }))

    expect([told[0], heartbeat.isHung]).toEqual([[2_000, 'given-up'], false])
  })

  it('begins anew with any sign of life', () => {
    const { heartbeat } = watch(heardAt(0), 9_750)
    const again = heardAt(9_750)

    expect([heartbeat.isHung, again.isHung]).toEqual([true, false])
    expect(watch(again, 19_000).told).toEqual([[12_750, 'hung']])
  })

  it('is judged by the time-out of the moment', () => {
    const longer = patienceWith(true, { ...spec, heartbeatTimeoutMs: 60_000 })

    expect(lookAt(heardAt(0), ready, 11_000, 0).verdict).toBe('given-up')
    expect(lookAt(heardAt(0), longer, 11_000, 0).verdict).toBe('hung')
  })
})

describe('the heartbeat of a process that is not ready yet', () => {
  it('is never called hung, and given up after five seconds', () => {
    expect(watch(heardAt(0), 6_000, starting).told).toEqual([[5_000, 'given-up']])
  })
})

describe('a launcher that did not run itself', () => {
  it('blames nobody for the time that it was stopped', () => {
    const { told } = watch(heardAt(0), 12_000, ready, { 500: 10_000 })

    expect(told).toEqual([])
  })

  it('goes on counting where it was before', () => {
    const { told } = watch(heardAt(0), 30_000, ready, { 2500: 10_000 })

    expect(told).toEqual([
      [13_000, 'hung'],
      [20_000, 'given-up'],
    ])
  })

  it('still finds out who is hung where it is late all the time', () => {
    const lateEachTime = Object.fromEntries(Array.from({ length: 60_000 }, (_, ms) => [ms, 150]))
    const { told } = watch(heardAt(0), 20_000, ready, lateEachTime)

    expect(told.map(([, verdict]) => verdict)).toEqual(['hung', 'given-up'])
  })

  it('counts as silence what it listened for and nothing else, however late it looks', () => {
    const looks = fc.array(
      fc.record({ ranMs: fc.integer({ min: 1, max: 500 }), lateMs: fc.integer({ max: 20_000, min: 0 }) }),
    )
    fc.assert(
      fc.property(looks, looks => {
        let heartbeat = heardAt(1_000)
        let nowMs = 1_000
        let listenedMs = 0
        for (const { ranMs, lateMs } of looks) {
          nowMs += ranMs + lateMs
          listenedMs += ranMs
          const look = lookAt(heartbeat, ready, nowMs, lateMs)
          heartbeat = look.heartbeat

          expect([look.silentMs, heartbeat.aliveAtMs]).toEqual([listenedMs, nowMs - listenedMs])
        }
      }),
    )
  })

  it('does not take who was heard after the time that it missed for one of the future', () => {
    expect(lookAt(heardAt(9_900), ready, 10_000, 5_000)).toMatchObject({
      silentMs: 0,
      heartbeat: { aliveAtMs: 10_000 },
    })
  })
})
