import { describe, expect, it } from 'vitest'
import { backoffMs, maySendAgain } from '../../src/balance/retry-rule.ts'
import { makeRng } from '../../src/base/rng.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { REQUEST_IDEMPOTENT } from '../../src/wire/frame.ts'
import { makeScriptedRng as scripted } from '../support/scripted-rng.ts'

describe('what may be sent again', () => {
  const codes = Object.values(ErrorCode)
  const allowed = (isNotExecuted: boolean, flags: number) =>
    codes.filter(code => maySendAgain(code, isNotExecuted, flags))
  const FINAL: number[] = [ErrorCode.cancelled, ErrorCode.expired, ErrorCode.loop]
  const others = codes.filter(code => !FINAL.includes(code))

  it('is whatever is idempotent, also after an application error, but nothing that nobody wants or no hop would take', () => {
    expect(allowed(false, REQUEST_IDEMPOTENT)).toEqual(others)
    expect(allowed(true, REQUEST_IDEMPOTENT)).toEqual(others)
  })

  it('is of the rest only what was certainly not executed', () => {
    expect(allowed(true, 0)).toEqual(others)
    expect(allowed(false, 0)).toEqual([])
  })
})

describe('the pause before the same upstream is asked again', () => {
  it.each([
    [1, 5],
    [2, 15],
    [3, 35],
    [4, 50],
    [9, 50],
  ])('after %i failures is anything up to %i ms', (failures, mostMs) => {
    expect(backoffMs(failures, scripted([0]))).toBe(0)
    expect(backoffMs(failures, scripted([0.5]))).toBe(mostMs / 2)

    const rng = makeRng(1)
    const pauses = Array.from({ length: 1_000 }, () => backoffMs(failures, rng))
    expect(Math.max(...pauses)).toBeLessThan(mostMs)
    expect(Math.max(...pauses)).toBeGreaterThan(mostMs * 0.98)
    expect(Math.min(...pauses)).toBeLessThan(mostMs * 0.02)
  })
})
