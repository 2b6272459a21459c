import { describe, expect, it } from 'vitest'
import { formatTree } from '../../src/topology/format-tree.ts'
import { nineNodes, topologyOf } from '../support/topology.ts'

const MIXED = topologyOf({
  loadBalancers: [{ id: 'lb', attempts: 5, queue: 8, queueDiscipline: 'codel' }],
  proxies: [
    { id: 'proxy-1', policy: 'random', maxInFlight: 64, queue: 0, timeout: '900ms', weight: 2 },
    { id: 'proxy-2', timeout: '250ms', admin: 'drain' },
  ],
  servers: [
    { id: 'a', behind: 'proxy-1', serviceTime: '500us' },
    { id: 'b', behind: ['proxy-1', 'proxy-2'], errorRate: 0.05, backup: true },
    { id: 'c', behind: 'proxy-2', weight: 3, serviceTime: { lognormal: { p50: '2ms', p99: '20ms' } } },
  ],
})

describe('formatTree', () => {
  it('draws who stands behind whom, what is not as by default, and the defaults once', () => {
    expect(`\n${formatTree(MIXED)}\n`).toMatchInlineSnapshot(`
      "
      lb         policy round-robin, attempts 5, queue 8, queueDiscipline codel
      ├ proxy-1  policy random, timeout 900ms, maxInFlight 64, queue 0, weight 2
      │ ├ a      serviceTime 500us, concurrency 64
      │ └ b      serviceTime 0ms, concurrency 64, errorRate 0.05, backup true
      └ proxy-2  policy round-robin, timeout 250ms, admin drain
        ├ b (also behind proxy-1)
        └ c      serviceTime lognormal p50 2ms p99 20ms, concurrency 64, weight 3

      Where the tree says nothing else:
        load balancer  timeout 5s, maxInFlight 1024, attemptTimeout 1s, retryBudget 0.1, retryReserve 10, queueTarget 5ms,
                       queueInterval 100ms
        proxy          maxInFlight 1024, attempts 1, queue 256, queueDiscipline fifo, weight 1, admin ready
        server         queue 64, queueDiscipline fifo, errorRate 0, weight 1, backup false, admin ready

        load           rate 50, connections 4, payloadBytes 64, arrivals poisson, idempotent true, timeout 5s, attempts 1
        health         interval 500ms, timeout 1s, fall 3, rise 2, consecutiveFailures 5, successRateMin 0.5,
                       successRateWindow 10s, successRateRequests 20, ejectionTime 2s, ejectionTimeMax 30s,
                       ejectedShareMax 0.5, panicThreshold 0.5, slowStart 2s
        restart        delayMin 100ms, delayMax 15s, heartbeatTimeout 10s
        shutdown       drainTimeout 5s
        sockets        sockets/<id>.sock

      1 load balancer, 2 proxies, 3 servers
      "
    `)
  })

  it('goes on below, within its branches, where columns are few', () => {
    expect(`\n${formatTree(MIXED, 64).split('\n\n')[0]}\n`).toMatchInlineSnapshot(`
      "
      lb         policy round-robin, attempts 5, queue 8,
      │          queueDiscipline codel
      ├ proxy-1  policy random, timeout 900ms, maxInFlight 64,
      │ │        queue 0, weight 2
      │ ├ a      serviceTime 500us, concurrency 64
      │ └ b      serviceTime 0ms, concurrency 64, errorRate 0.05,
      │          backup true
      └ proxy-2  policy round-robin, timeout 250ms, admin drain
        ├ b (also behind proxy-1)
        └ c      serviceTime lognormal p50 2ms p99 20ms,
                 concurrency 64, weight 3
      "
    `)
  })

  it.each([120, 100, 80])('fits %d columns', columns => {
    const widths = [nineNodes(), MIXED].flatMap(topology =>
      formatTree(topology, columns)
        .split('\n')
        .map(line => line.length),
    )

    expect(Math.max(...widths)).toBeLessThanOrEqual(columns)
  })

  it('is no wider than reads well, however wide the terminal', () => {
    expect(formatTree(MIXED, 400)).toBe(formatTree(MIXED, 120))
  })

  it('leaves out what does nothing: retries where none are made, codel in a fifo', () => {
    const keys = (topology: typeof MIXED) => new Set(formatTree(topology).match(/\b(retryBudget|queueTarget)\b/g))
    const servers = [{ id: 'a' }]

    expect(keys(topologyOf({ loadBalancers: [{ id: 'lb', attempts: 1 }], servers }))).toEqual(new Set())
    expect(keys(topologyOf({ servers: [{ id: 'a', queueDiscipline: 'codel' }] }))).toEqual(
      new Set(['retryBudget', 'queueTarget']),
    )
    const retryingLoad = { loadBalancers: [{ id: 'lb', attempts: 1 }], servers, load: { attempts: 2 } }
    expect(keys(topologyOf(retryingLoad))).toEqual(new Set(['retryBudget']))
  })

  it('does not call a default what no node has', () => {
    const tree = formatTree(topologyOf({ loadBalancers: [{ id: 'lb', attempts: 5 }], servers: [{ id: 'a' }] }))

    expect(tree.match(/\battempts \d/g)).toEqual(['attempts 5', 'attempts 1']) // the node's, and that of load
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

    expect(lines.slice(0, 6).map(line => line.split('  ')[0])).toEqual([
      'lb-1',
      '└ p',
      '',
      'lb-2',
      '└ p (also behind lb-1)',
      '',
    ])
    expect(lines.join('\n')).toContain('load           none (rate 0)')
    expect(lines.at(-1)).toBe('2 load balancers, 1 proxy, 1 server')
    expect(lines.join('')).not.toContain('\u001b')
  })
})
