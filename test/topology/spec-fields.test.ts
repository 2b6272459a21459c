import { describe, expect, it } from 'vitest'
import { keyOf, writtenValue } from '../../src/topology/spec-fields.ts'

describe('keyOf', () => {
  it.each([
    ['timeoutMs', 'timeout'],
    ['inFlightMax', 'maxInFlight'],
    ['queueMax', 'queue'],
    ['weight', 'weight'],
  ])('calls %s what the file calls it, %s', (field, key) => {
    expect(keyOf(field)).toBe(key)
  })
})

describe('writtenValue', () => {
  it.each([
    ['timeoutMs', 5_000, '5s'],
    ['drainTimeoutMs', 0.5, '500us'],
    ['serviceTime', { kind: 'fixed', valueMs: 2 }, '2ms'],
    ['serviceTime', { kind: 'exponential', meanMs: 5 }, 'exponential 5ms'],
    ['weight', 3, '3'],
    ['idempotent', false, 'false'],
    ['behind', ['a', 'b'], 'a, b'],
    ['behind', [], 'none'],
    ['policy', { name: 'random' }, 'random'],
    ['policy', { name: 'peak-ewma', decayMs: 5_000 }, 'peak-ewma (decay 5s)'],
    ['policy', { name: 'first', upTo: 8 }, 'first (upTo 8)'],
    ['policy', { name: 'other', upTo: 8, decayMs: 1 }, 'other (upTo 8, decay 1ms)'],
    ['retries', undefined, 'none'],
  ])('writes %s %j as %s', (field, value, written) => {
    expect(writtenValue(field, value)).toBe(written)
  })
})
