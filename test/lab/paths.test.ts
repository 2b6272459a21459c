import { describe, expect, it } from 'vitest'
import { REPORT_EVERY_MS } from '../../src/lab/ground.ts'
import { asMeasured, connecting, HOP_PATHS, hopsOf, standardTopology, wiringTo } from '../../src/lab/paths.ts'
import { topologyOf } from '../support/topology.ts'

const SHAPE = { connections: 4, payloadBytes: 1_024 }

describe('the measured paths', () => {
  const standard = standardTopology()
  const topology = asMeasured(standard.topology)

  it('begin as many links before a server as they have hops', () => {
    const linksFrom = (id: string): number => {
      const behind = topology.nodes.find(node => node.behind.includes(id))
      return behind ? 1 + linksFrom(behind.id) : 1
    }

    expect(HOP_PATHS.map(({ entry }) => linksFrom(entry!))).toEqual([1, 2, 3])
    expect(HOP_PATHS.map(({ hops }) => hops)).toEqual([1, 2, 3])
  })

  it('lie in a topology whose own clients are silent, with sockets where it runs', () => {
    expect(topology.load.rate).toBe(0)
    expect(topology.socketDir).toBe('.')
    expect(topology.nodes).toHaveLength(9)
  })

  it('lie behind nodes that the watchdog does not kill because they tell nothing while they are measured', () => {
    expect(topology.restart.heartbeatTimeoutMs).toBeGreaterThan(REPORT_EVERY_MS)
  })

  it('keep all else of a topology', () => {
    const own = topologyOf({
      loadBalancers: [{ id: 'lb', policy: 'random' }],
      servers: [{ id: 'a', serviceTime: '3ms' }],
      load: { timeout: '7s', rate: 90 },
    })
    const measured = asMeasured(own)

    expect(measured.nodes).toEqual(own.nodes)
    expect(measured.load).toEqual({ ...own.load, rate: 0 })
  })

  it('are dialled at their entry', () => {
    const wiring = wiringTo(topology, 'proxy-1', SHAPE)

    expect(wiring.upstreams).toEqual([
      { id: 'proxy-1', socket: './proxy-1.sock', weight: 1, backup: false, admin: 'ready', generation: 1 },
    ])
    expect(wiring.load).toEqual({ ...topology.load, ...SHAPE })
  })

  it('without an entry begin at every load balancer in turn', () => {
    const own = topologyOf({ loadBalancers: [{ id: 'a' }, { id: 'b' }], servers: [{ id: 's' }] })

    expect(wiringTo(asMeasured(own), null, SHAPE).upstreams.map(({ socket }) => socket)).toEqual([
      './a.sock',
      './b.sock',
    ])
  })

  it('have a name of their own where they connect for each request, and no client', () => {
    expect(connecting(HOP_PATHS[0]!)).toEqual({ path: '1 hop: server, connecting', hops: 1, entry: null })
  })

  it('tell the standard topology by a hash that stays', () => {
    expect(standardTopology().hash).toBe(standard.hash)
    expect(standard.hash).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('hopsOf', () => {
  it('counts the links of the longest way', () => {
    const own = topologyOf({
      loadBalancers: [{ id: 'lb' }],
      proxies: [{ id: 'p' }, { id: 'q', behind: ['p', 'lb'] }],
      servers: [
        { id: 'a', behind: 'p' },
        { id: 'b', behind: 'q' },
      ],
    })

    expect(hopsOf(own)).toBe(4)
    expect(hopsOf(standardTopology().topology)).toBe(3)
  })

  it('takes no time for a deep one with many ways', () => {
    const proxies = Array.from({ length: 60 }, (_, i) => {
      const above = i < 2 ? 'lb' : [2 * (i >> 1) - 2, 2 * (i >> 1) - 1].map(at => `p${at}`)
      return { id: `p${i}`, behind: above }
    })
    const own = topologyOf({ loadBalancers: [{ id: 'lb' }], proxies, servers: [{ id: 's', behind: ['p58', 'p59'] }] })

    expect(hopsOf(own)).toBe(32)
  })
})
