import { describe, expect, it } from 'vitest'
import { REPORT_EVERY_MS } from '../../src/lab/bench.ts'
import { benchTopology, HOP_PATHS, PAYLOAD_BYTES, wiringTo } from '../../src/lab/paths.ts'

describe('the measured paths', () => {
  const topology = benchTopology()

  it('begin as many links before a server as they have hops', () => {
    const linksFrom = (id: string): number => {
      const behind = topology.nodes.find(node => node.behind.includes(id))
      return behind ? 1 + linksFrom(behind.id) : 1
    }

    expect(HOP_PATHS.map(({ entry }) => linksFrom(entry))).toEqual([1, 2, 3])
    expect(HOP_PATHS.map(({ hops }) => hops)).toEqual([1, 2, 3])
  })

  it('lie in a topology whose own clients are silent', () => {
    expect(topology.load).toMatchObject({ rate: 0, payloadBytes: PAYLOAD_BYTES })
    expect(topology.nodes).toHaveLength(9)
  })

  it('lie behind nodes that the watchdog does not kill because they tell nothing while they are measured', () => {
    expect(topology.restart.heartbeatTimeoutMs).toBeGreaterThan(REPORT_EVERY_MS)
  })

  it('are dialled by one connection to their entry', () => {
    const wiring = wiringTo(topology, 'proxy-1')

    expect(wiring.upstreams).toEqual([
      { id: 'proxy-1', socket: './proxy-1.sock', weight: 1, backup: false, admin: 'ready', generation: 1 },
    ])
    expect(wiring.load.connections).toBe(1)
  })
})
