import { describe, expect, it } from 'vitest'
import { clientWiringOf, wiringOf } from '../../src/topology/wiring.ts'
import { topologyOf } from '../support/topology.ts'

const TOPOLOGY = topologyOf({
  socketDir: 'run',
  loadBalancers: [{ id: 'lb-1' }, { id: 'lb-2' }],
  proxies: [{ id: 'p', behind: 'lb-1', weight: 3 }],
  servers: [
    { id: 'b', behind: ['lb-1', 'p', 'lb-2'] },
    { id: 'a', behind: 'p' },
  ],
})
const specOf = (id: string) => TOPOLOGY.nodes.find(node => node.id === id)!
const generationOf = (id: string) => (id === 'b' ? 4 : 1)

describe('wiringOf', () => {
  it('gives a forwarder those behind it, proxies before servers, each in the order of the file', () => {
    expect(wiringOf(TOPOLOGY, specOf('lb-1'), generationOf)).toEqual({
      spec: specOf('lb-1'),
      socket: 'run/lb-1.sock',
      generation: 1,
      upstreams: [
        { id: 'p', socket: 'run/p.sock', weight: 3, backup: false, admin: 'ready', generation: 1 },
        { id: 'b', socket: 'run/b.sock', weight: 1, backup: false, admin: 'ready', generation: 4 },
      ],
      health: TOPOLOGY.health,
    })
    expect(wiringOf(TOPOLOGY, specOf('p'), generationOf).upstreams.map(({ id }) => id)).toEqual(['b', 'a'])
  })

  it('gives a server nobody, and its own generation', () => {
    expect(wiringOf(TOPOLOGY, specOf('b'), generationOf)).toMatchObject({ generation: 4, upstreams: [] })
  })
})

describe('clientWiringOf', () => {
  it('gives the clients every load balancer', () => {
    const { upstreams, load } = clientWiringOf(TOPOLOGY, generationOf)

    expect(upstreams.map(({ socket }) => socket)).toEqual(['run/lb-1.sock', 'run/lb-2.sock'])
    expect(load).toBe(TOPOLOGY.load)
  })
})
