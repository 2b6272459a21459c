import { describe, expect, it } from 'vitest'
import { formatTree } from '../../src/topology/format-tree.ts'
import { topologyOf } from '../support/topology.ts'

describe('formatTree', () => {
  it('draws who stands behind whom, with every parameter and path', () => {
    const topology = topologyOf({
      proxies: [
        { id: 'proxy-1', policy: 'random' },
        { id: 'proxy-2', timeout: '250ms' },
      ],
      servers: [
        { id: 'a', behind: 'proxy-1', serviceTime: '500us' },
        { id: 'b', behind: ['proxy-1', 'proxy-2'], errorRate: 0.05 },
        { id: 'c', behind: 'proxy-2', weight: 3, serviceTime: { lognormal: { p50: '2ms', p99: '20ms' } } },
      ],
    })

    expect(`\n${formatTree(topology)}\n`).toMatchInlineSnapshot(`
      "
      lb                           sockets/lb.sock       policy round-robin, timeout 5s, maxInFlight 1024
      ├ proxy-1                    sockets/proxy-1.sock  weight 1, policy random, timeout 5s, maxInFlight 1024
      │ ├ a                        sockets/a.sock        weight 1, serviceTime 500us, concurrency 64, queue 64, errorRate 0
      │ └ b                        sockets/b.sock        weight 1, serviceTime 0ms, concurrency 64, queue 64, errorRate 0.05
      └ proxy-2                    sockets/proxy-2.sock  weight 1, policy round-robin, timeout 250ms, maxInFlight 1024
        ├ b (also behind proxy-1)
        └ c                        sockets/c.sock        weight 3, serviceTime lognormal p50 2ms p99 20ms, concurrency 64, queue 64, errorRate 0

      load: rate 50, connections 4, payloadBytes 64, arrivals poisson, idempotent true, timeout 5s
      health: interval 500ms, timeout 1s
      restart: delayMin 100ms, delayMax 15s
      shutdown: drainTimeout 5s

      1 load balancer, 2 proxies, 3 servers
      "
    `)
  })

  it('draws what a shared proxy sends to once', () => {
    const topology = topologyOf({
      socketDir: '/run/\u001b[2J',
      loadBalancers: [{ id: 'lb-1' }, { id: 'lb-2' }],
      proxies: [{ id: 'p' }],
      servers: [{ id: 'a', behind: 'p' }],
      load: { rate: 0 },
    })

    const lines = formatTree(topology).split('\n')

    expect(lines.map(line => line.split('  ')[0])).toEqual([
      'lb-1',
      '└ p',
      '',
      'lb-2',
      '└ p (also behind lb-1)',
      '',
      ...Array(4).fill(expect.any(String)),
      '',
      expect.any(String),
    ])
    expect([lines.at(-6), lines.at(-1)]).toEqual(['load: none (rate 0)', '2 load balancers, 1 proxy, 1 server'])
    expect(lines.join('')).not.toContain('\u001b')
  })
})
