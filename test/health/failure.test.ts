import { describe, expect, it } from 'vitest'
import { isFailure } from '../../src/health/failure.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'

describe('the end of a request', () => {
  it('speaks against its upstream where that did not do its work, and not where it was busy, going, or not asked', () => {
    const against = Object.entries(ErrorCode).flatMap(([name, code]) => (isFailure(code) ? name : []))

    expect(against).toEqual(['application', 'timeout', 'unavailable', 'connectionLost'])
  })
})
