import { describe, expect, it } from 'vitest'
import { allReasons, mainReason, nodeTroubleLines } from '../../src/view/reasons.ts'
import { nodeStats } from './samples.ts'

describe('reasons', () => {
  it.each([
    [{}, '', ''],
    [{ timeout: 0 }, '', ''],
    [{ timeout: 9 }, 'timeout 9', 'timeout'],
    [{ shed: 3, timeout: 9, overload: 0 }, 'timeout 9, shed 3', 'mostly timeout'],
    [{ shed: 3, draining: 3, crashed: 1 }, 'draining 3, shed 3, crashed 1', 'mostly draining'],
    [{ '\x1b[2J': 1 }, '\\x1b[2J 1', '\\x1b[2J'],
  ])('of %j are %j, in short %j', (counts, all, main) => {
    expect([allReasons(counts), mainReason(counts)]).toEqual([all, main])
  })
})

describe('trouble of nodes', () => {
  const NODES = [
    nodeStats('well'),
    nodeStats('lb', { role: 'load-balancer', retried: 40, late: 2 }),
    nodeStats('server-1', { rejected: 4, rejectedBy: { overload: 3, expired: 1 } }),
    nodeStats('server-10', { failed: 12, failedBy: { application: 12 }, rejected: 1, rejectedBy: { expired: 1 } }),
  ]

  it('is told of those that have any, the most first, by every reason', () => {
    expect(nodeTroubleLines(NODES, 100, 10)).toEqual([
      'server-10  failed 12 (application 12) · rejected 1 (expired 1)',
      'server-1   rejected 4 (overload 3, expired 1)',
      'lb         retried 40 · late 2',
    ])
    expect(nodeTroubleLines([nodeStats('well')], 100, 10)).toEqual([])
  })

  it('goes on in the next line where it is long', () => {
    expect(nodeTroubleLines(NODES, 40, 1)).toEqual([
      'server-10  failed 12 (application 12) ·',
      '           rejected 1 (expired 1)',
      'and 2 more nodes',
    ])
  })
})
