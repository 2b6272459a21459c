import { describe, expect, it } from 'vitest'
import { assert, unreachable } from '../../src/base/assert.ts'

describe('assert', () => {
  it.each([true, 1, 'x', {}, []])('lets the claim %j pass', claim => {
    expect(() => assert(claim, 'never said')).not.toThrow()
  })

  it.each([false, 0, '', null, undefined, Number.NaN])('throws the sentence where the claim is %j', claim => {
    expect(() => assert(claim, 'slot 3 is free')).toThrow('assertion failed: slot 3 is free')
  })
})

describe('unreachable', () => {
  it('names the value that the compiler said could not be', () => {
    expect(() => unreachable({ kind: 'moved' } as never)).toThrow('assertion failed: unexpected {"kind":"moved"}')
  })
})
