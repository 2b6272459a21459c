import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeEligibility } from '../../src/health/eligibility.ts'
import { isFit, isWanted } from '../../src/health/pool.ts'
import { pool } from '../support/pool.ts'

function judged(text: string, threshold = 0.5): string {
  const { eligible, isPanic, isOnBackups } = judgeEligibility(pool(text), threshold, false)
  return `${eligible.map(({ id }) => id).join(' ')}${isPanic ? ' panic' : ''}${isOnBackups ? ' backup' : ''}`
}

describe('the eligible', () => {
  it.each([
    ['a b c', 'a b c'],
    ['a b:open c:lost:open d', 'a d'],
    ['a b:open c', 'a c'],
    ['a b:half-open c', 'a c'],
    ['a b:drain c:maintenance d:weightless', 'a'],
    ['a b s:backup', 'a b'],
    ['a:lost b s:backup', 'b'],
    // Panic ignores circuits, and nothing else.
    ['a b:open c:lost', 'a b panic'],
    ['a b:lost c:lost', 'a panic'],
    ['a:open b:lost', 'a panic'],
    ['a:open b:drain', 'a panic'],
    // Backups are for when nobody else is fit.
    ['a:lost s:backup', 's backup'],
    ['a:open s:backup', 's backup'],
    ['a:lost b:lost s:backup t:backup', 's t backup'],
    ['a:lost s:backup:open', 's panic backup'],
    ['a:open s:backup:lost', 'a panic'],
    ['a:drain s:backup', 's backup'],
    ['s:backup t:backup', 's t backup'],
    ['a:lost s:backup:lost', ''],
  ])('of %s are %s', (text, verdict) => {
    expect(judged(text)).toBe(verdict)
  })

  it('of a pool that never panics are the ejected all the same, where nobody else is left', () => {
    expect([judged('a:open b:lost', 0), judged('a:open b c:lost', 0)]).toEqual(['a panic', 'b'])
  })

  it('are somebody wherever somebody wanted is reachable, and never anybody else', () => {
    const words = fc.array(
      fc.array(fc.constantFrom('open', 'half-open', 'lost', 'drain', 'backup', 'weightless', 'unknown'), {
        maxLength: 3,
      }),
      { minLength: 1, maxLength: 6 },
    )
    fc.assert(
      fc.property(words, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (states, threshold, wasPanic) => {
        const members = pool(states.map((each, i) => [`m${i}`, ...each].join(':')).join(' '))
        const { eligible, isPanic } = judgeEligibility(members, threshold, wasPanic)
        const able = members.filter(each => isWanted(each) && each.isReachable())

        expect(eligible.length > 0).toBe(able.length > 0)
        expect(eligible.every(each => able.includes(each))).toBe(true)
        if (!isPanic) expect(eligible.every(isFit)).toBe(true)
        if (able.some(each => !each.isBackup && isFit(each))) {
          expect(eligible.every(({ isBackup }) => !isBackup)).toBe(true)
        }
      }),
    )
  })
})
