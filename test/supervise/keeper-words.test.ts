import { describe, expect, it } from 'vitest'
import {
  awakeText,
  exitText,
  givenUpText,
  hungText,
  loopText,
  upstreamFields,
  upstreamText,
} from '../../src/supervise/keeper-words.ts'

describe('the words of a keeper', () => {
  it.each([
    [hungText(3_049, 10_000), 'no sign of life for 3.05s; killed and replaced if that lasts 10s'],
    [awakeText(4_200), 'a sign of life after 4.20s; the process is kept'],
    [givenUpText(true, 10_140), 'hung, killed after 10.1s without a sign of life'],
    [givenUpText(false, 5_140), 'not ready within 5 s'],
    [exitText('signal SIGKILL', []), 'signal SIGKILL'],
    [exitText('code 1', ['Error: x', 'at y']), 'code 1\n  Error: x\n  at y'],
    [loopText('code 1', 15_000, ['Error: x']), 'code 1; next start in 15 s\n  Error: x'],
    [loopText('code 78', null, []), 'code 78; not started again'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected)
  })

  it('say what a node tells of its upstreams, for people and for machines', () => {
    const ejected = { event: 'ejected', upstream: 'server-3', reason: '5 failures in a row', forMs: 2_074.6 } as const
    const panic = { event: 'panic', upstream: null, reason: '1 of 3 usable' } as const

    expect([ejected, panic].map(upstreamText)).toEqual(['server-3: 5 failures in a row, for 2.07s', '1 of 3 usable'])
    expect([ejected, panic].map(upstreamFields)).toEqual([
      { upstream: 'server-3', reason: '5 failures in a row', forMs: 2_075 },
      { reason: '1 of 3 usable' },
    ])
  })
})
