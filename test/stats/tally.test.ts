import { describe, expect, it } from 'vitest'
import { Tally } from '../../src/stats/tally.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'

describe('a tally', () => {
  it('begins with nothing', () => {
    expect(new Tally().counts(0)).toEqual({
      received: 0,
      answered: 0,
      failed: 0,
      rejected: 0,
      retried: 0,
      inFlight: 0,
      failedBy: {},
      rejectedBy: {},
      late: 0,
    })
  })

  it('tells what was counted as plain data, reasons by name', () => {
    const tally = new Tally()
    tally.received = 7
    tally.answered = 2
    tally.late = 1
    tally.failed.count(ErrorCode.timeout)
    tally.failed.count(ErrorCode.timeout)
    tally.rejected.count(ErrorCode.overload)

    const counts = tally.counts(2)

    expect(counts).toMatchObject({ received: 7, answered: 2, failed: 2, rejected: 1, inFlight: 2, late: 1 })
    expect(counts).toMatchObject({ failedBy: { timeout: 2 }, rejectedBy: { overload: 1 } })
    expect(structuredClone(counts)).toEqual(counts)
  })
})
