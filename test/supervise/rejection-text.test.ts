import { describe, expect, it } from 'vitest'
import { rejectionBanner, rejectionText } from '../../src/supervise/rejection-text.ts'
import type { Rejection } from '../../src/supervise/reload.ts'
import { systemProblem } from '../../src/supervise/system-problem.ts'
import { parse } from '../../src/topology/parse.ts'

const TEXT = '{ "loadBalancers": [{ "id": "lb" }], "servers": [{ "id": "s", "wieght": 2 }], "lod": {} }'

function rejectionOf(text: string): Rejection {
  const parsed = parse(text)
  if (parsed.ok) throw new Error('nothing is wrong with it')
  return { kind: 'rejected', problems: parsed.problems, reason: null }
}

describe('a rejected edit', () => {
  it('is told in full, each problem at its place', () => {
    const told = rejectionText('t.json', TEXT, rejectionOf(TEXT))

    expect(told).toContain('t.json:1:')
    expect(told).toContain('wieght')
    expect(told).toContain('lod')
  })

  it('has its problems in the banner, each with its place', () => {
    const lines = rejectionBanner('t.json', rejectionOf(TEXT)).split('\n')

    expect(lines).toEqual([
      expect.stringMatching(/^t\.json:1:\d+ .*wieght/),
      expect.stringMatching(/^t\.json:1:\d+ .*lod/),
    ])
  })

  it('has the first eight of very many in the banner, and the way to the others', () => {
    const problems = Array.from({ length: 500 }, (_, i) => systemProblem('SOCKET_IN_USE', `problem ${i}`, 'stop it'))
    const lines = rejectionBanner('t.json', { kind: 'rejected', problems, reason: null }).split('\n')

    expect([lines.length, lines[7], lines[8]]).toEqual([
      9,
      't.json problem 7; stop it',
      'and 492 more: npm run check -- t.json',
    ])
  })

  it('has a problem outside the file without a place in it', () => {
    const problem = systemProblem('SOCKET_IN_USE', 'sockets/s.sock is in use', 'stop it')
    const banner = rejectionBanner('t.json', { kind: 'rejected', problems: [problem], reason: null })

    expect(banner).toMatch(/^t\.json sockets\/s\.sock is in use/)
  })

  it('is told by its reason where the file itself is good', () => {
    const rejection: Rejection = { kind: 'rejected', problems: [], reason: 's did not become ready: code 1' }

    expect([rejectionText('t.json', TEXT, rejection), rejectionBanner('t.json', rejection)]).toEqual([
      's did not become ready: code 1',
      's did not become ready: code 1',
    ])
  })
})
