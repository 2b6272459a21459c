import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WaitingQueue } from '../../src/balance/waiting-queue.ts'
import type { QueueSpec } from '../../src/topology/types.ts'

const FIFO: QueueSpec = { queueMax: 1_000, queueDiscipline: 'fifo', queueTargetMs: 5, queueIntervalMs: 100 }
const CODEL: QueueSpec = { ...FIFO, queueDiscipline: 'codel' }

function setUp(spec: QueueSpec) {
  const shed: number[] = []
  const queue = new WaitingQueue(spec, slot => {
    expect(queue.isWaiting(slot)).toBe(false)
    shed.push(slot)
  })
  /** Slots 0, 1, … at these times. */
  const fill = (...timesMs: number[]) => {
    for (const [slot, timeMs] of timesMs.entries()) queue.push(slot, timeMs)
  }
  const nextAt = (...timesMs: number[]) => timesMs.map(timeMs => queue.next(timeMs))
  return { queue, shed, fill, nextAt }
}

describe.each([FIFO, CODEL])('a waiting queue under $queueDiscipline', spec => {
  it('lets those that wait go in the order they came, and tells of an empty queue by -1', () => {
    const { queue, fill, nextAt } = setUp(spec)
    fill(0, 0, 1)

    expect(nextAt(2, 2, 2, 2)).toEqual([0, 1, 2, -1])
    expect(queue.length).toBe(0)
  })

  it.each([0, 1, 2])('forgets number %i of three that leaves, and keeps the order of the others', at => {
    const { queue, fill, nextAt } = setUp(spec)
    fill(0, 0, 0)
    queue.remove(at)
    queue.remove(at)
    queue.remove(777)
    const { length } = queue
    queue.push(9, 1)

    expect(length).toBe(2)
    expect(nextAt(1, 1, 1, 1)).toEqual([...[0, 1, 2].filter(slot => slot !== at), 9, -1])
  })

  it('has room for as many as its limit, and none at all with a limit of 0', () => {
    const { queue, fill } = setUp({ ...spec, queueMax: 2 })
    fill(0, 0)

    expect(queue.hasRoom()).toBe(false)
    expect(() => queue.push(2, 0)).toThrow('asked for room')
    expect(setUp({ ...spec, queueMax: 0 }).queue.hasRoom()).toBe(false)
  })

  it('keeps those that wait through a lower limit, and lets in nobody before it is met', () => {
    const { queue, fill, nextAt } = setUp(spec)
    fill(0, 0, 0)
    queue.apply({ ...spec, queueMax: 2 })
    const rooms = [0, 1].map(() => [queue.hasRoom(), queue.next(0)])
    queue.push(5, 0)

    expect(rooms).toEqual([
      [false, 0],
      [false, 1],
    ])
    expect(nextAt(0, 0)).toEqual([2, 5])
  })

  it('takes a slot again that has left, and not one that waits', () => {
    const { queue, nextAt } = setUp(spec)
    queue.push(3, 0)

    expect(() => queue.push(3, 0)).toThrow('once at a time')
    expect([queue.next(1), queue.isWaiting(3)]).toEqual([3, false])
    queue.push(3, 2)
    expect(nextAt(2, 2)).toEqual([3, -1])
  })

  it('takes slots of any number', () => {
    const { queue, nextAt } = setUp({ ...spec, queueMax: 65_535 })
    for (let slot = 65_534; slot >= 0; slot -= 13) queue.push(slot, 0)

    expect(nextAt(0, 0)).toEqual([65_534, 65_521])
  })
})

describe('fifo', () => {
  it('gives up nobody, however long they waited', () => {
    const { shed, fill, nextAt } = setUp(FIFO)
    fill(0, 1, 2)

    expect(nextAt(60_000, 60_000, 60_000)).toEqual([0, 1, 2])
    expect(shed).toEqual([])
  })
})

describe('codel', () => {
  // With a target of 5 ms and an interval of 100 ms.
  it.each([
    { story: 'a queue younger than the interval', came: [0, 0, 99], atMs: 99.9, shed: [], next: 0 },
    { story: 'a queue as old as the interval', came: [0, 1, 95, 99], atMs: 100, shed: [0, 1], next: 2 },
    { story: 'one that waited for exactly the target', came: [0, 145, 149], atMs: 150, shed: [0], next: 1 },
    { story: 'the last, though it waited too long', came: [0, 1, 2], atMs: 400, shed: [0, 1], next: 2 },
    { story: 'the only one', came: [0], atMs: 10_000, shed: [], next: 0 },
    { story: 'an empty queue', came: [], atMs: 10_000, shed: [], next: -1 },
  ])('in $story gives up $shed', ({ came, atMs, shed: expected, next }) => {
    const { shed, fill, nextAt } = setUp(CODEL)
    fill(...came)

    expect(nextAt(atMs)).toEqual([next])
    expect(shed).toEqual(expected)
  })

  it('gives a queue that was empty for a moment an interval again', () => {
    const { queue, shed, nextAt } = setUp(CODEL)
    queue.push(0, 0)
    queue.push(1, 0)
    nextAt(150, 150)
    queue.push(2, 150)
    queue.push(3, 150)
    const young = [nextAt(249), [...shed]]
    queue.push(4, 249)
    const old = [nextAt(251), [...shed]]

    expect(young).toEqual([[2], [0]])
    expect(old).toEqual([[4], [0, 3]])
  })

  it('counts a queue as emptied by those that left it', () => {
    const { queue, shed, nextAt } = setUp(CODEL)
    queue.push(0, 0)
    queue.remove(0)
    queue.push(1, 90)
    queue.push(2, 90)

    expect(nextAt(189)).toEqual([1])
    expect(shed).toEqual([])
  })

  it('gives up nobody at the return of those that serve, and those that still wait an interval later', () => {
    const { queue, shed, fill, nextAt } = setUp(CODEL)
    fill(0, 500, 1_000, 1_500)
    queue.pause()
    const atReturn = [nextAt(2_000, 2_099), [...shed]]
    queue.push(4, 2_099)
    const later = [nextAt(2_100), [...shed]]

    expect(atReturn).toEqual([[0, 1], []])
    expect(later).toEqual([[4], [2, 3]])
  })

  it('acts by new settings at once', () => {
    const { queue, shed, fill, nextAt } = setUp(FIFO)
    fill(0, 10, 20, 30, 40)
    queue.apply({ ...CODEL, queueTargetMs: 25, queueIntervalMs: 30 })
    const withCodel = [nextAt(45), [...shed]]
    queue.apply({ ...CODEL, queueTargetMs: 5 })
    const withLongerInterval = [nextAt(45), [...shed]]
    queue.apply(FIFO)

    expect(withCodel).toEqual([[2], [0, 1]])
    expect(withLongerInterval).toEqual([[3], [0, 1]])
    expect(nextAt(9_000)).toEqual([4])
  })
})

// --- any order of calls ------------------------------------------------------------------------------------------

type Step =
  | { readonly do: 'push' | 'next' | 'pause' }
  | { readonly do: 'remove'; readonly at: number }
  | { readonly do: 'pass'; readonly ms: number }

const STEPS: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Step>({ do: 'push' }) },
    { weight: 3, arbitrary: fc.constant<Step>({ do: 'next' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ do: 'pause' }) },
    { weight: 1, arbitrary: fc.nat(20).map<Step>(at => ({ do: 'remove', at })) },
    { weight: 5, arbitrary: fc.double({ min: 0, max: 60, noNaN: true }).map<Step>(ms => ({ do: 'pass', ms })) },
  ),
  { maxLength: 200 },
)

/** How one left, how long it had waited, and for how long the queue had neither been empty nor unserved. */
interface Leaving {
  readonly slot: number
  readonly how: 'next' | 'shed' | 'removed'
  readonly waitedMs: number
  readonly standingMs: number
  /** Waiting after it left. */
  readonly left: number
}

/** Plays the steps on a queue and on a plain list, and holds the one against the other after each. */
function play(spec: QueueSpec, steps: readonly Step[]) {
  const leavings: Leaving[] = []
  const waiting: { slot: number; sinceMs: number }[] = []
  let nowMs = 0
  let pushed = 0
  let standingSinceMs = 0
  let isPaused = false
  const leave = (slot: number, how: Leaving['how']) => {
    const [gone] = waiting.splice(
      waiting.findIndex(each => each.slot === slot),
      1,
    )
    const [waitedMs, standingMs] = [nowMs - gone!.sinceMs, nowMs - standingSinceMs]
    leavings.push({ slot, how, waitedMs, standingMs, left: waiting.length })
  }
  const queue = new WaitingQueue(spec, slot => leave(slot, 'shed'))
  for (const step of steps) {
    if (step.do === 'pass') nowMs += step.ms
    if (step.do === 'pause') {
      queue.pause()
      isPaused = true
    }
    if (step.do === 'push' && queue.hasRoom()) {
      if (waiting.length === 0) standingSinceMs = nowMs
      waiting.push({ slot: pushed, sinceMs: nowMs })
      queue.push(pushed++, nowMs)
    }
    if (step.do === 'remove' && waiting[step.at]) {
      const { slot } = waiting[step.at]!
      queue.remove(slot)
      leave(slot, 'removed')
    }
    if (step.do === 'next') {
      if (isPaused) standingSinceMs = nowMs
      isPaused = false
      const slot = queue.next(nowMs)
      if (slot >= 0) leave(slot, 'next')
      expect(slot >= 0 || waiting.length === 0).toBe(true)
    }
    expect(queue.length).toBe(waiting.length)
    expect(queue.length).toBeLessThanOrEqual(spec.queueMax)
  }
  return { leavings, pushed, waiting: waiting.map(({ slot }) => slot) }
}

describe('whatever comes, a waiting queue', () => {
  it.each([{ ...FIFO, queueMax: 10 }, CODEL])('lets each leave once, in order ($queueDiscipline)', spec => {
    fc.assert(
      fc.property(STEPS, steps => {
        const { leavings, pushed, waiting } = play(spec, steps)
        const inTurn = leavings.filter(({ how }) => how !== 'removed').map(({ slot }) => slot)
        const all = [...leavings.map(({ slot }) => slot), ...waiting].sort((a, b) => a - b)

        expect(all).toEqual(Array.from({ length: pushed }, (_, slot) => slot))
        expect(inTurn).toEqual([...inTurn].sort((a, b) => a - b))
      }),
    )
  })

  it('under codel lets nobody wait longer than the target where it does not empty', () => {
    fc.assert(
      fc.property(STEPS, steps => {
        const { leavings } = play(CODEL, steps)
        const standing = leavings.filter(
          ({ how, standingMs, left }) => how === 'next' && standingMs >= CODEL.queueIntervalMs && left > 0,
        )

        for (const { waitedMs } of standing) expect(waitedMs).toBeLessThanOrEqual(CODEL.queueTargetMs)
      }),
    )
  })

  it('under codel gives up nobody before the interval, within the target, or as the last', () => {
    fc.assert(
      fc.property(STEPS, steps => {
        for (const { how, waitedMs, standingMs, left } of play(CODEL, steps).leavings) {
          if (how !== 'shed') continue
          expect(standingMs).toBeGreaterThanOrEqual(CODEL.queueIntervalMs)
          expect(waitedMs).toBeGreaterThan(CODEL.queueTargetMs)
          expect(left).toBeGreaterThan(0)
        }
      }),
    )
  })
})
