import { describe, expect, it } from 'vitest'
import type { NodeStats, UpstreamCounters } from '../../src/stats/reports.ts'
import { healthWord, healthWords, isUnwell } from '../../src/view/health-word.ts'
import { upstreamCounts } from '../support/stats.ts'
import { clientStats, nodeStats } from './samples.ts'

/** Views of one parent each, by what differs from a well one. */
const VIEWS: Readonly<Record<string, Partial<UpstreamCounters>>> = {
  ok: {},
  unhealthy: { health: 'unhealthy' },
  open: { circuit: 'open' },
  half: { circuit: 'half-open' },
  drain: { admin: 'drain' },
  maintenance: { admin: 'maintenance', health: 'unknown' },
  'ramp-40': { ramp: 0.4 },
  'ramp-10': { ramp: 0.1 },
  'ramp-99.9': { ramp: 0.999 },
  unknown: { health: 'unknown' },
  'drain+unhealthy': { admin: 'drain', health: 'unhealthy' },
  'drain+open': { admin: 'drain', circuit: 'open' },
  'drain+ramp': { admin: 'drain', ramp: 0.4 },
  'maintenance+open': { admin: 'maintenance', health: 'unknown', circuit: 'open' },
  'unhealthy+open': { health: 'unhealthy', circuit: 'open' },
  'open+ramp': { circuit: 'open', ramp: 0.4 },
  'half+ramp': { circuit: 'half-open', ramp: 0.1 },
}
const view = (name: string) => upstreamCounts('s', VIEWS[name])
const wordOf = (views: string, parts: Partial<NodeStats> = {}) =>
  healthWord(nodeStats('s', parts), views.split(' ').filter(Boolean).map(view))

describe('health word', () => {
  it.each([
    ['', '-', 'dim'],
    ['ok', 'ok', 'dim'],
    ['unhealthy', 'silent', 'bad'],
    ['open', 'ejected', 'bad'],
    ['half', 'probing', 'busy'],
    ['drain', 'drain', 'warn'],
    ['maintenance', 'maint', 'warn'],
    ['ramp-40', '40%', 'busy'],
    ['ramp-99.9', '99%', 'busy'],
    ['unknown', 'unknown', 'dim'],
    ['drain+unhealthy', 'silent', 'bad'],
    ['drain+open', 'ejected', 'bad'],
    ['drain+ramp', 'drain', 'warn'],
    ['maintenance+open', 'maint', 'warn'],
    ['unhealthy+open', 'silent', 'bad'],
    ['open+ramp', 'ejected', 'bad'],
    ['half+ramp', 'probing', 'busy'],
  ])('of one parent that sees %j is %j', (views, text, style) => {
    expect(wordOf(views)).toMatchObject({ text, style })
  })

  it.each([
    ['ok ok', 'ok', 'dim'],
    ['ok open', '1/2 ok', 'warn'],
    ['open ok ok', '2/3 ok', 'warn'],
    ['ramp-40 unhealthy', '1/2 ok', 'warn'],
    ['half ok', '1/2 ok', 'warn'],
    ['open unhealthy', 'silent', 'bad'],
    ['half open', 'ejected', 'bad'],
    ['half half', 'probing', 'busy'],
    ['ok ramp-40', '40%', 'busy'],
    ['ramp-40 ramp-10', '10%', 'busy'],
    ['drain ok', 'drain', 'warn'],
    ['drain open', 'ejected', 'bad'],
    ['maintenance drain', 'maint', 'warn'],
    ['ok unknown', 'ok', 'dim'],
    ['open unknown', 'ejected', 'bad'],
    ['ok open unknown', '1/2 ok', 'warn'],
    ['unknown unknown', 'unknown', 'dim'],
  ])('of several parents that see %j is %j', (views, text, style) => {
    const parts = views.split(' ').reverse().join(' ')
    expect(wordOf(views)).toMatchObject({ text, style })
    expect(wordOf(parts)).toMatchObject({ text, style })
  })

  it.each<[NodeStats['state'], string, string]>([
    ['up', 'unhealthy', 'silent'],
    ['down', 'unhealthy', 'lost'],
    ['crash-loop', 'unhealthy', 'lost'],
    ['starting', 'unhealthy', 'lost'],
    ['starting', 'unknown', 'unknown'],
    ['draining', 'unhealthy', '-'],
    ['draining', 'ok', '-'],
    ['stopped', 'unhealthy', '-'],
  ])('of a node that is %s and seen as %s is %j', (state, views, text) => {
    expect(wordOf(views, { state }).text).toBe(text)
  })

  it.each([
    ['ok', 'backup'],
    ['ok ok', 'backup'],
    ['ok open', '1/2 ok'],
    ['open', 'ejected'],
    ['ramp-40', '40%'],
    ['drain', 'drain'],
  ])('of a backup that is seen as %j is %j', (views, text) => {
    expect(wordOf(views, { backup: true }).text).toBe(text)
  })

  it('names what single parents see, for the filter', () => {
    expect(wordOf('ok open ok').names).toEqual(['ok', 'ejected'])
    expect(wordOf('ramp-40').names).toEqual(['returning'])
    expect(wordOf('').names).toEqual([])
  })

  it('is bad news where a parent leaves the node alone that nobody told to', () => {
    const unwell = Object.keys(VIEWS).filter(name => isUnwell(wordOf(name)))
    expect(unwell).toEqual(
      'unhealthy open half drain+unhealthy drain+open unhealthy+open open+ramp half+ramp'.split(' '),
    )
    expect([isUnwell(wordOf('ok open')), isUnwell(wordOf(''))]).toEqual([true, false])
  })

  it('never takes more than seven cells for up to nine parents', () => {
    const names = Object.keys(VIEWS)
    const pairs = names.flatMap(a => names.map(b => `${a} ${b}`))
    const texts = [...names, ...pairs, `open ${'ok '.repeat(8)}`].map(views => wordOf(views).text)
    expect(texts.filter(text => text.length > 7)).toEqual([])
  })
})

describe('health words', () => {
  const open = (id: string) => upstreamCounts(id, { circuit: 'open' })
  const wordsOf = (nodes: readonly NodeStats[], client = clientStats({ upstreams: [] })) =>
    Object.fromEntries([...healthWords({ nodes, client })].map(([id, { text }]) => [id, text]))

  it('are what the clients see of load balancers, and their parents of all others', () => {
    const nodes = [
      nodeStats('lb', { role: 'load-balancer', upstreams: [upstreamCounts('p'), open('q')] }),
      nodeStats('p', { role: 'proxy', behind: ['lb'], upstreams: [upstreamCounts('s')] }),
      nodeStats('q', { role: 'proxy', behind: ['lb'], upstreams: [open('s')] }),
      nodeStats('s', { behind: ['p', 'q'] }),
    ]
    const client = clientStats({ upstreams: [upstreamCounts('lb', { health: 'unhealthy' })] })
    expect(wordsOf(nodes, client)).toEqual({ lb: 'silent', p: 'ok', q: 'ejected', s: '1/2 ok' })
  })

  it('do not count what a dead process saw last, nor one that is no parent any more', () => {
    const nodes = [
      nodeStats('p', { role: 'proxy', state: 'down', upstreams: [open('s')] }),
      nodeStats('q', { role: 'proxy', upstreams: [open('s'), upstreamCounts('t')] }),
      nodeStats('s', { behind: ['p'] }),
      nodeStats('t', { behind: ['p', 'q'] }),
    ]
    expect(wordsOf(nodes)).toEqual({ p: '-', q: '-', s: '-', t: 'ok' })
  })

  it('do not count clients whose process is gone, nor accounts of what is no load balancer now', () => {
    const nodes = [nodeStats('lb', { role: 'load-balancer' }), nodeStats('x', { role: 'proxy' })]
    const upstreams = [upstreamCounts('lb'), open('x'), open('gone')]
    expect(wordsOf(nodes, clientStats({ upstreams }))).toEqual({ lb: 'ok', x: '-' })
    expect(wordsOf(nodes, clientStats({ upstreams, pid: null }))).toEqual({ lb: '-', x: '-' })
  })
})
