import { describe, expect, it } from 'vitest'
import { ERROR_CODES_MAX, ErrorCode, errorName } from '../../src/wire/error-code.ts'

describe('errorName', () => {
  it('names every code by its key, and no two codes are one', () => {
    for (const [name, code] of Object.entries(ErrorCode)) expect(errorName(code)).toBe(name)

    expect(new Set(Object.values(ErrorCode)).size).toBe(Object.keys(ErrorCode).length)
  })

  it.each([0, 11, 31, 65_535])('keeps the number of the unknown code %d', code => {
    expect(errorName(code)).toBe(`code-${code}`)
  })
})

describe('error codes', () => {
  it('fit the arrays of counters, with the last place left for those of later versions', () => {
    expect(Math.max(...Object.values(ErrorCode))).toBeLessThan(ERROR_CODES_MAX - 1)
  })
})
