import { describe, expect, it } from 'vitest'
import type { Section } from '../../src/lab/bench-result.ts'
import { FULL, QUICK, suiteBoxes, suiteWarmUps } from '../../src/lab/suite.ts'

const boxes = suiteBoxes(FULL)

/** Each path of a section with what is sent over it, in the order of measuring. */
function told(section: Section, planned = boxes): string[] {
  const scenarios = planned.flatMap(box => box.scenarios).filter(each => each.section === section)
  return scenarios.map(
    ({ path, outstanding, connections, payloadBytes }) =>
      `${path.split(':')[0]} ${outstanding}/${connections} ${payloadBytes}`,
  )
}

describe('the suite', () => {
  it('measures the latency of every floor and of one, two and three hops', () => {
    const paths = ['unix echo', 'tcp echo', 'pipe echo', 'channel echo', '1 hop', '2 hops', '3 hops']

    expect(told('latency')).toEqual(paths.map(path => `${path} 1/1 64`))
  })

  it('measures throughput at 1, 16, 64 and 256 outstanding, and on 64 connections', () => {
    for (const path of ['unix echo', '1 hop', '2 hops', '3 hops']) {
      const own = told('throughput').filter(line => line.startsWith(path))
      expect(own.map(line => line.split(' ').at(-2))).toEqual(['16/1', '64/1', '256/1', '64/64', '1/1'])
    }
  })

  it('sweeps the payload over three paths', () => {
    for (const path of ['unix echo', '3 plain pipes', '3 hops']) {
      const own = told('payload').filter(line => line.startsWith(path))
      expect(own.map(line => Number(line.split(' ').at(-1)))).toEqual([64, 1_024, 16_384, 262_144, 1_048_576])
    }
  })

  it('sweeps from 64 bytes up, also where the other sections have another payload', () => {
    const other = suiteBoxes(FULL, 4_096)

    expect(told('payload', other).toSorted()).toEqual(told('payload').toSorted())
    expect(told('latency', other)).toContain('3 hops 1/1 4096')
  })

  it('compares connecting with a kept connection', () => {
    const paths = boxes.flatMap(({ scenarios }) => scenarios).filter(({ section }) => section === 'connect')

    expect(paths.map(({ path }) => path)).toEqual([
      'unix echo',
      '3 hops: lb, proxy, server',
      'unix echo, connecting',
      '3 hops: lb, proxy, server, connecting',
    ])
  })

  it('ends with an open loop through the whole way, the only one that is traced', () => {
    expect(boxes.at(-1)).toMatchObject({
      scenarios: [{ section: 'load', loop: 'open', rate: 2_000, hops: 3 }],
      way: { entry: 'lb', rate: 2_000 },
    })
    expect(boxes.filter(({ way }) => way && way.traceEvery > 0)).toEqual([boxes.at(-1)])
  })

  it('measures nothing twice in a round', () => {
    const loads = boxes.map(({ scenarios: [{ section: _, ...load }] }) => JSON.stringify(load))

    expect(new Set(loads).size).toBe(loads.length)
  })

  it('has warmed up every path that it measures', () => {
    const warm = new Set(suiteWarmUps(FULL).map(({ scenarios: [{ path }] }) => path))

    expect(boxes.map(({ scenarios: [{ path }] }) => path).filter(path => !warm.has(path))).toEqual([])
  })

  it.each([
    ['whole', FULL, 52_000],
    ['quick', QUICK, 17_000],
  ])('leaves time to start and to end: the %s one', (_, times, mostMs) => {
    const spanMs = (planned: readonly { settleMs: number; durationMs: number }[]) =>
      planned.reduce((sum, { settleMs, durationMs }) => sum + settleMs + durationMs, 0)

    const wholeMs = spanMs(suiteWarmUps(times)) + times.rounds * spanMs(suiteBoxes(times))
    expect(wholeMs).toBeLessThan(mostMs)
  })
})
