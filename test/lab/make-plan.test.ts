import { describe, expect, it } from 'vitest'
import { type BenchAsked, makePlan } from '../../src/lab/make-plan.ts'
import { NOTHING_ASKED } from '../support/bench-asked.ts'
import { topologyOf } from '../support/topology.ts'

const own = (load: Record<string, unknown> = {}) => ({
  topology: topologyOf({ loadBalancers: [{ id: 'lb' }], servers: [{ id: 'a' }], load }),
  name: 'my.json',
  hash: 'abc',
})

const planFor = (asked: Partial<BenchAsked>, file: ReturnType<typeof own> | null = null) =>
  makePlan({ ...NOTHING_ASKED, ...asked }, file)

const sectionsOf = ({ boxes }: ReturnType<typeof planFor>) => [
  ...new Set(boxes.flatMap(({ scenarios }) => scenarios.map(({ section }) => section))),
]

describe('makePlan', () => {
  it('runs the suite where nothing is asked for, within a minute, and lets no request fail', () => {
    const plan = planFor({})

    expect(plan).toMatchObject({ name: 'standard', rounds: 5, limitMs: 58_000, endsOnFailure: true })
    expect(plan.topology.nodes).toHaveLength(9)
    expect(sectionsOf(plan)).toHaveLength(5)
  })

  it('runs it in fewer rounds and less time when it is to be quick', () => {
    expect(planFor({ isQuick: true })).toMatchObject({ rounds: 3, limitMs: 19_000 })
  })

  it('gives as many rounds as were asked for, however long they take', () => {
    expect(planFor({ rounds: 9 })).toMatchObject({ rounds: 9, limitMs: null })
  })

  it('runs the suite with another payload', () => {
    const payloads = planFor({ payloadBytes: 200 }).boxes.map(({ scenarios: [{ payloadBytes }] }) => payloadBytes)

    expect(payloads.filter(bytes => bytes === 200).length).toBeGreaterThan(20)
  })

  it.each([
    { rate: 100 },
    { outstanding: 4 },
    { connections: 4 },
    { durationMs: 100 },
    { keys: { kind: 'uniform', count: 3 } as const },
  ])('runs a load on the standard topology when asked for %o', asked => {
    const plan = planFor(asked)

    expect(plan).toMatchObject({ name: 'standard', endsOnFailure: false, limitMs: null })
    expect(sectionsOf(plan)).toEqual(['load'])
    expect(plan.boxes[0]!.scenarios[0]).toMatchObject({ path: '3 hops: lb, proxy, server', hops: 3 })
  })

  it('runs a load on a file, in five rounds of two seconds', () => {
    const plan = planFor({}, own())

    expect(plan).toMatchObject({ name: 'my.json', hash: 'abc', rounds: 5 })
    expect(plan.boxes[0]).toMatchObject({ scenarios: [{ path: 'my.json', hops: 2 }], durationMs: 2_000 })
  })

  it('runs it in three rounds of half a second when it is to be quick, unless told how long', () => {
    const quick = planFor({ isQuick: true }, own())
    const longer = planFor({ isQuick: true, durationMs: 700, rounds: 4 }, own())

    expect([quick.rounds, quick.boxes[0]!.durationMs]).toEqual([3, 500])
    expect([longer.rounds, longer.boxes[0]!.durationMs]).toEqual([4, 700])
  })
})
