import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLastFit, mayEject } from '../../src/health/may-eject.ts'
import { isFit } from '../../src/health/pool.ts'
import { pool } from '../support/pool.ts'

/** Of the first. */
const may = (text: string, shareMax = 0.5) => {
  const members = pool(text)
  return mayEject(members[0]!, members, shareMax)
}

it.each<[string, boolean]>([
  ['a', false],
  ['a b', false],
  ['a b:open', true],
  ['a b:open:lost', false],
  ['a b:lost', false],
  ['a b:open c', false],
  ['a s:backup', false],
])('the first of %s is the last fit one while an ejected one is there: %s', (text, verdict) => {
  const members = pool(text)

  expect(isLastFit(members[0]!, members)).toBe(verdict)
})

describe('an ejection', () => {
  it.each<[string, boolean, string]>([
    ['a', false, 'the last one'],
    ['a b', true, 'one of two'],
    ['a b:open', false, 'the other is ejected'],
    ['a b:lost', false, 'the other is lost'],
    ['a b:drain', false, 'the other is being drained'],
    ['a b c', true, 'one of three'],
    ['a b:open c', false, 'one of three is already'],
    ['a b:half-open c', false, 'one of three waits for its probe'],
    ['a b:open:lost c', true, 'the one that is ejected is not there'],
    ['a b:open c d', true, 'the second of four'],
    ['a b:open c:open d', false, 'two of four are already'],
    ['a s:backup', true, 'a backup can take over'],
    ['a s:backup:lost', false, 'the backup is lost'],
    ['a b:open s:backup', false, 'a backup makes the pool no larger'],
    ['s:backup a:open', false, 'the backup is the last one'],
    ['a:drain b', false, 'it takes no part'],
    ['a:weightless b', false, 'it has no weight'],
  ])('of a in %s: %s (%s)', (text, verdict) => {
    expect(may(text)).toBe(verdict)
  })

  it.each([
    [0, true],
    [0.1, true],
    [1, true],
  ])('of the first of three is allowed whatever the share: %f', (share, verdict) => {
    expect(may('a b c', share)).toBe(verdict)
  })

  it('never leaves nobody, nor more than its share out, in pools of 1 to 6', () => {
    const words = fc.array(fc.constantFrom('', ':open', ':half-open', ':lost', ':drain', ':backup'), {
      minLength: 1,
      maxLength: 6,
    })
    fc.assert(
      fc.property(words, fc.double({ min: 0, max: 1, noNaN: true }), (states, share) => {
        const members = pool(states.map((state, i) => `m${i}${state}`).join(' '))
        for (const member of members.filter(each => isFit(each) && mayEject(each, members, share))) {
          const after = members.map(each => (each === member ? { ...each, circuit: 'open' as const } : each))
          const equals = after.filter(each => each.admin === 'ready' && each.isBackup === member.isBackup)
          const out = equals.filter(({ circuit }) => circuit !== 'closed').length

          expect(after.some(isFit)).toBe(true)
          expect(out).toBeLessThanOrEqual(Math.max(1, Math.floor(equals.length * share)))
        }
      }),
    )
  })
})
