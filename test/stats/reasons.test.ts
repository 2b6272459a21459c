import { describe, expect, it } from 'vitest'
import { ReasonCounts } from '../../src/stats/reasons.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'

describe('ReasonCounts', () => {
  it('names what it counted, and only that', () => {
    const reasons = new ReasonCounts()

    expect([reasons.total, reasons.byName()]).toEqual([0, {}])

    for (const code of [ErrorCode.timeout, ErrorCode.overload, ErrorCode.timeout]) reasons.count(code)

    expect([reasons.total, reasons.byName()]).toEqual([3, { timeout: 2, overload: 1 }])
  })

  it('names every code, and sums to the total', () => {
    const reasons = new ReasonCounts()
    for (const code of Object.values(ErrorCode)) reasons.count(code)

    expect(Object.keys(reasons.byName()).sort()).toEqual(Object.keys(ErrorCode).sort())
    expect(reasons.total).toBe(Object.keys(ErrorCode).length)
  })

  it('counts codes of a later version, whatever number a peer sends, in one place', () => {
    const reasons = new ReasonCounts()
    for (const code of [0, 11, 31, 32, 500, 65_535]) reasons.count(code)

    expect(reasons.byName()).toEqual({ 'code-0': 1, 'code-11': 1, 'code-31': 4 })
    expect(reasons.total).toBe(6)
  })
})
