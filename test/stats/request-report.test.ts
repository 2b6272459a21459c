import { describe, expect, it } from 'vitest'
import { type EndedRequest, reportOf } from '../../src/stats/request-report.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'
import type { TracedAttempt, TracedHop } from '../../src/wire/trace.ts'

const attempt = (node: string, code = 0, ms = 1): TracedAttempt => ({ node, code, ms })
const hop = (node: string, stamps: readonly [number, number, number], ...attempts: TracedAttempt[]): TracedHop => ({
  node,
  inMs: stamps[0],
  begunMs: stamps[1],
  leftMs: stamps[1],
  outMs: stamps[2],
  attempts,
})

/** Planned at 100, sent at 101, over at 120. */
const request = (keys: Partial<EndedRequest> = {}): EndedRequest => ({
  id: 7,
  code: 0,
  plannedMs: 100,
  sentMs: 101,
  endedMs: 120,
  attempts: [attempt('lb')],
  trace: [],
  ...keys,
})

describe('the report of a request', () => {
  it('tells the way to whoever answered, and each millisecond once', () => {
    const trace = [
      hop('server-3', [107, 109, 115]),
      hop('proxy-1', [104, 106, 116.5], attempt('server-3')),
      hop('lb', [101.5, 102, 118], attempt('proxy-1')),
    ]

    const report = reportOf(request({ trace }))

    expect(report).toEqual({
      id: 7,
      outcome: 'answered',
      ms: 20,
      attempts: 1,
      waitMs: 1,
      path: 'lb > proxy-1 > server-3',
      hops: [
        { node: 'lb', ms: 16.5, toMs: 0.5, waitMs: 0.5, backMs: 2 },
        { node: 'proxy-1', ms: 12.5, toMs: 2, waitMs: 2, backMs: 1.5 },
        { node: 'server-3', ms: 8, toMs: 1, waitMs: 2, backMs: 1.5 },
      ],
    })
    expect(1 + (0.5 + 0.5 + 2) + (2 + 2 + 1.5) + (1 + 2 + 1.5) + (8 - 2)).toBe(report.ms)
  })

  it('tells whom each had tried before', () => {
    const trace = [
      hop('server-2', [107, 107, 115]),
      hop('lb', [104, 106, 116], attempt('server-1', 4, 0.25), attempt('server-2')),
    ]
    const attempts = [attempt('lb-1', ErrorCode.timeout, 2.0004), attempt('lb')]

    const report = reportOf(request({ attempts, trace }))

    expect(report.attempts).toBe(2)
    expect(report.tried).toEqual([{ node: 'lb-1', outcome: 'timeout', ms: 2 }])
    expect(report.hops.map(each => each.tried)).toEqual([
      [{ node: 'server-1', outcome: 'connectionLost', ms: 0.25 }],
      undefined,
    ])
  })

  it.each<[story: string, keys: Partial<EndedRequest>, path: string]>([
    ['whom it was sent to, where nobody answered', { code: ErrorCode.timeout, attempts: [attempt('lb', 2)] }, 'lb'],
    [
      'whom it was sent to last, where that one said nothing',
      { code: ErrorCode.timeout, trace: [hop('lb', [101, 102, 119], attempt('a', 2), attempt('b', 2))] },
      'lb > b',
    ],
    ['a server that knows no traces', { trace: [hop('lb', [101, 102, 119], attempt('old'))] }, 'lb > old'],
    ['a hop that left no entry', { trace: [hop('server-1', [103, 104, 118])] }, 'lb > server-1'],
    ['nobody, where it was never sent', { code: ErrorCode.unavailable, sentMs: null, attempts: [] }, ''],
  ])('names %s', (_, keys, path) => {
    expect(reportOf(request(keys)).path).toBe(path)
  })

  it('has waited all its time where it was never sent', () => {
    const report = reportOf(request({ code: ErrorCode.timeout, sentMs: null, attempts: [] }))

    expect(report).toEqual({ id: 7, outcome: 'timeout', ms: 20, attempts: 0, waitMs: 20, path: '', hops: [] })
  })

  it('finds no time below zero between a stamp that was rounded and one that was not', () => {
    const trace = [hop('lb', [101, 101, 119.001])]
    const report = reportOf(request({ sentMs: 101.0004, endedMs: 119.0006, trace }))

    expect(report.hops[0]).toEqual({ node: 'lb', ms: 18.001, toMs: 0, waitMs: 0, backMs: 0 })
  })
})
