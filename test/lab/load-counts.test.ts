import { describe, expect, it } from 'vitest'
import { LoadCounts } from '../../src/lab/load-counts.ts'

const CONDITIONS = { elapsedMs: 1_000, loadAverage: 0, stealShare: null, ownShare: 0 }

describe('LoadCounts', () => {
  it('counts from the first moment to before the last', () => {
    const counts = new LoadCounts()
    counts.fromMs = 100
    counts.untilMs = 200
    counts.begin(0)
    for (const plannedMs of [99.9, 100, 199.9, 200]) {
      counts.onSend(plannedMs, 200)
      counts.onOutcome(0, plannedMs, 1, 1)
    }

    expect(counts.roundOf('open', 1_000, CONDITIONS).round).toMatchObject({ sent: 2, answered: 2, perSecond: 4 })
  })

  it('takes for its rate what ends meanwhile, and for its times what was planned meanwhile', () => {
    const counts = new LoadCounts()
    counts.fromMs = 0
    counts.untilMs = 1_000
    counts.onSend(0, 0)
    counts.onOutcome(0, -1, 900, 900)
    counts.begin(1)
    counts.onOutcome(0, -1, 900, 900)
    counts.end()
    counts.onOutcome(0, 0, 2, 1)
    const { round, response, service } = counts.roundOf('closed', 1_000, CONDITIONS)

    expect(round).toMatchObject({ sent: 1, answered: 1, perSecond: 1, lagUs: null })
    expect([response!.count, service!.count]).toEqual([1, 1])
    expect([round.response!.maxUs, round.service!.maxUs].map(us => Math.round(us / 10))).toEqual([200, 100])
  })
})
