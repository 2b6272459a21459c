import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectedShareByNode } from '../../src/policy/expected-share.ts'
import type { Topology } from '../../src/topology/types.ts'
import { nineNodes, topologyOf } from '../support/topology.ts'

/** `id share` in thousandths, in the topology's order. */
const sharesOf = (topology: Topology) =>
  Object.fromEntries(
    [...expectedShareByNode(topology)].map(([id, share]) => [
      id,
      share === null ? null : Math.round(share * 1_000) / 1_000,
    ]),
  )

const lb = (policy: string, id = 'lb') => ({ id, policy })

describe('expectedShareByNode', () => {
  it('gives the nine nodes 1, two halves, six sixths', () => {
    expect(sharesOf(nineNodes())).toEqual({
      lb: 1,
      'proxy-1': 0.5,
      'proxy-2': 0.5,
      'server-1': 0.167,
      'server-2': 0.167,
      'server-3': 0.167,
      'server-4': 0.167,
      'server-5': 0.167,
      'server-6': 0.167,
    })
  })

  it('follows weights 5, 1, 1 where the policy weighs, and not where it does not', () => {
    const servers = [{ id: 'a', weight: 5 }, { id: 'b' }, { id: 'c' }]

    expect(sharesOf(topologyOf({ loadBalancers: [lb('random')], servers }))).toEqual({
      lb: 1,
      a: 0.714,
      b: 0.143,
      c: 0.143,
    })
    expect(sharesOf(topologyOf({ loadBalancers: [lb('round-robin')], servers }))).toEqual({
      lb: 1,
      a: 0.333,
      b: 0.333,
      c: 0.333,
    })
  })

  it('promises nothing where least-connections weighs, nor anywhere below', () => {
    const proxies = [{ id: 'heavy', weight: 2 }, { id: 'light' }]
    const servers = [
      { id: 'a', behind: 'heavy' },
      { id: 'b', behind: 'light' },
    ]

    expect(sharesOf(topologyOf({ loadBalancers: [lb('least-connections')], proxies, servers }))).toEqual({
      lb: 1,
      heavy: null,
      light: null,
      a: null,
      b: null,
    })
  })

  it('promises nothing to alike weights either below a policy that spares the slow, and all to one alone', () => {
    const proxies = ['p', 'q'].map(id => ({ id, policy: 'least-connections' }))
    const servers = [{ id: 'a', behind: 'p' }, ...['b', 'c'].map(id => ({ id, behind: 'q' }))]

    expect(sharesOf(topologyOf({ proxies, servers }))).toEqual({ lb: 1, p: 0.5, q: 0.5, a: null, b: null, c: null })
    expect(sharesOf(topologyOf({ proxies: proxies.slice(0, 1), servers: servers.slice(0, 1) }))).toEqual({
      lb: 1,
      p: 1,
      a: 1,
    })
  })

  it('gives a weight of 0 nothing', () => {
    const servers = [{ id: 'a', weight: 0 }, { id: 'b' }, { id: 'c' }]

    expect(sharesOf(topologyOf({ servers }))).toEqual({ lb: 1, a: 0, b: 0.5, c: 0.5 })
  })

  it('gives backups nothing while another can serve, and all that there is where none can', () => {
    const backup = { id: 'b', backup: true }
    const spare = (keys: object) => topologyOf({ servers: [{ id: 'a', ...keys }, backup, { ...backup, id: 'c' }] })

    expect(sharesOf(spare({}))).toEqual({ lb: 1, a: 1, b: 0, c: 0 })
    expect(sharesOf(spare({ admin: 'drain' }))).toEqual({ lb: 1, a: 0, b: 0.5, c: 0.5 })
    expect(sharesOf(spare({ weight: 0 }))).toEqual({ lb: 1, a: 0, b: 0.5, c: 0.5 })
  })

  it('gives nothing to whom the operator has taken out, nor to what stands behind', () => {
    const proxies = [{ id: 'p', admin: 'drain' }, { id: 'q' }]
    const servers = [
      { id: 'a', behind: 'p' },
      { id: 'b', behind: ['p', 'q'] },
      { id: 'c', behind: 'q', admin: 'maintenance' },
    ]

    expect(sharesOf(topologyOf({ proxies, servers }))).toEqual({ lb: 1, p: 0, q: 1, a: 0, b: 1, c: 0 })
  })

  it('gives nobody anything where nobody may be sent to', () => {
    expect(sharesOf(topologyOf({ servers: [{ id: 'a', admin: 'drain' }] }))).toEqual({ lb: 1, a: 0 })
  })

  it('gives a share of 0 where it is sure, though it promises the others nothing', () => {
    const servers = [{ id: 'a' }, { id: 'b' }, { id: 'c', backup: true }, { id: 'd', weight: 0 }]

    expect(sharesOf(topologyOf({ loadBalancers: [lb('least-connections')], servers }))).toEqual({
      lb: 1,
      a: null,
      b: null,
      c: 0,
      d: 0,
    })
  })

  it('gives two load balancers a half each, and their servers the sum of what both send', () => {
    const topology = topologyOf({
      loadBalancers: [lb('round-robin', 'lb-1'), lb('round-robin', 'lb-2')],
      servers: [
        { id: 'both', behind: ['lb-1', 'lb-2'] },
        { id: 'first', behind: 'lb-1' },
        { id: 'second', behind: 'lb-2' },
        { id: 'third', behind: 'lb-2' },
      ],
    })

    expect(sharesOf(topology)).toEqual({
      'lb-1': 0.5,
      'lb-2': 0.5,
      both: 0.417, // 1/4 + 1/6
      first: 0.25,
      second: 0.167,
      third: 0.167,
    })
  })

  it('counts shares among proxies over two ranks of them, in whatever order the file names them', () => {
    const proxies = [{ id: 'inner', behind: 'outer' }, { id: 'outer' }, { id: 'beside' }]
    const servers = [
      { id: 'a', behind: 'inner' },
      { id: 'b', behind: 'inner' },
      { id: 'c', behind: 'beside' },
    ]

    for (const each of [proxies, proxies.toReversed()]) {
      expect(sharesOf(topologyOf({ proxies: each, servers }))).toEqual({
        lb: 1,
        // Flow 1/2, 1/2, 1/2 of 3/2 in all: what passes two proxies counts at both.
        inner: 0.333,
        outer: 0.333,
        beside: 0.333,
        a: 0.25,
        b: 0.25,
        c: 0.5,
      })
    }
  })

  it('sums to 1 over each role, whatever the weights', () => {
    const weights = fc.array(fc.nat(10), { minLength: 1, maxLength: 8 }).filter(all => all.some(weight => weight > 0))
    fc.assert(
      fc.property(weights, weights, fc.constantFrom('round-robin', 'random'), (a, b, policy) => {
        const topology = topologyOf({
          loadBalancers: [lb(policy)],
          proxies: [
            { id: 'p', policy },
            { id: 'q', weight: 3 },
          ],
          servers: [
            ...a.map((weight, i) => ({ id: `a-${i}`, behind: 'p', weight })),
            ...b.map((weight, i) => ({ id: `b-${i}`, behind: 'q', weight })),
          ],
        })
        const shares = expectedShareByNode(topology)
        for (const role of ['load-balancer', 'proxy', 'server']) {
          const nodes = topology.nodes.filter(node => node.role === role)

          expect(nodes.reduce((sum, node) => sum + shares.get(node.id)!, 0)).toBeCloseTo(1, 9)
        }
      }),
    )
  })
})
