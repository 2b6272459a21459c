import { describe, expect, it } from 'vitest'
import { Tracer } from '../../src/lab/tracer.ts'
import type { EndedRequest } from '../../src/stats/request-report.ts'

const endedAt = (plannedMs: number, code = 0): EndedRequest => {
  return { id: 1, code, plannedMs, sentMs: plannedMs, endedMs: plannedMs + 2, attempts: [], trace: [] }
}

function traced(tracer: Tracer, request: EndedRequest): void {
  tracer.onTraced(request)
  tracer.onOutcome(request.code, request.plannedMs, 2)
}

describe('Tracer', () => {
  it('keeps what was traced, and the times of what was not', () => {
    const tracer = new Tracer()
    tracer.begin(0)
    traced(tracer, endedAt(5))
    tracer.onOutcome(0, 6, 1)
    traced(tracer, endedAt(7, 2))
    tracer.onOutcome(0, 8, 1)

    expect(tracer.requests.map(({ plannedMs, code }) => [plannedMs, code])).toEqual([
      [5, 0],
      [7, 2],
    ])
    expect(tracer.untraced.count).toBe(2)
    expect(tracer.untraced.percentileUs(1)).toBeLessThan(1_100)
  })

  it('counts nothing of the warm-up, of this round or the one before it', () => {
    const tracer = new Tracer()
    traced(tracer, endedAt(5))
    tracer.onOutcome(0, 6, 1)
    tracer.begin(10)
    traced(tracer, endedAt(9))
    tracer.onOutcome(0, 9.5, 1)
    traced(tracer, endedAt(10))

    expect(tracer.requests).toHaveLength(1)
    expect(tracer.untraced.count).toBe(0)
  })

  it('takes no time of a request that failed', () => {
    const tracer = new Tracer()
    tracer.begin(0)
    tracer.onOutcome(2, 6, 5_000)

    expect(tracer.untraced.count).toBe(0)
  })

  it('keeps no more than has room', () => {
    const tracer = new Tracer()
    tracer.begin(0)
    for (let i = 0; i < 20_005; i++) traced(tracer, endedAt(i))

    expect(tracer.requests).toHaveLength(20_000)
  })
})
