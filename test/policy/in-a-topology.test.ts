/** The policies that learn, in nodes that run: what the forwarder tells them is enough for what they promise. */
import { describe, expect, it } from 'vitest'
import type { Topology } from '../../src/topology/types.ts'
import { Cluster } from '../support/cluster.ts'
import { topologyOf } from '../support/topology.ts'

const STEP_MS = 5 // 200 requests per second

/** Nobody else takes traffic from a server, and nobody sends a request twice. */
const NOTHING_ELSE = { health: { timeout: '1h', interval: '1h', consecutiveFailures: 0, successRateMin: 0 } }

const WELL = { serviceTime: '5ms' }
const SLOW = { serviceTime: '50ms' }
const FAILING = { serviceTime: '1ms', errorRate: 1 }
const STALLED = { serviceTime: '1h' }

function topologyWith(policy: unknown, first: object): Topology {
  const servers = [first, WELL, WELL].map((keys, i) => ({ id: `server-${i + 1}`, ...keys }))
  return topologyOf({ loadBalancers: [{ id: 'lb', policy, attempts: 1 }], servers, ...NOTHING_ELSE })
}

/** What part of the requests of the next `ms` each server was sent. */
function sharesOver(cluster: Cluster, ms: number): number[] {
  const sent = () => cluster.counters('lb').upstreams.map(({ picked }) => picked)
  const before = sent()
  for (let past = 0; past < ms; past += STEP_MS) {
    cluster.send()
    cluster.clock.advance(STEP_MS)
  }
  return sent().map((count, i) => (count - before[i]!) / (ms / STEP_MS))
}

describe.each(['peak-ewma', 'least-time'])('%s in a load balancer', policy => {
  it('leaves a server that turns ten times slower, and finds it again when it has recovered', () => {
    const cluster = new Cluster(topologyWith(policy, WELL))
    sharesOver(cluster, 1_000)
    cluster.edit(topologyWith(policy, SLOW))
    sharesOver(cluster, 3_000)
    const slow = sharesOver(cluster, 3_000)[0]!
    cluster.edit(topologyWith(policy, WELL))
    sharesOver(cluster, 6_000)

    expect(slow).toBeLessThan(0.02)
    expect(sharesOver(cluster, 2_000)[0]).toBeGreaterThan(0.25)
  })

  it('gives a server that fails in a fifth of the time less than 5 %', () => {
    const cluster = new Cluster(topologyWith(policy, FAILING))

    expect(sharesOver(cluster, 5_000)[0]).toBeLessThan(0.05)
    expect(cluster.outcomes.failed).toBeGreaterThan(0)
  })

  it('gives a server that stops answering less than 3 % two response times later', () => {
    const cluster = new Cluster(topologyWith(policy, WELL))
    sharesOver(cluster, 1_000)
    cluster.edit(topologyWith(policy, STALLED))
    sharesOver(cluster, 10)

    expect(sharesOver(cluster, 1_000)[0]).toBeLessThan(0.03)
  })
})

describe('a policy that is edited while it runs', () => {
  it('begins anew with its parameters, in the process that runs', () => {
    const before = topologyWith('peak-ewma', SLOW)
    const cluster = new Cluster(before)
    sharesOver(cluster, 3_000)
    cluster.edit(topologyWith({ name: 'first', upTo: 1_000 }, SLOW))
    const packed = sharesOver(cluster, 500)
    cluster.edit(topologyWith({ name: 'peak-ewma', decay: '1h' }, SLOW))
    sharesOver(cluster, 500)

    expect(packed).toEqual([1, 0, 0])
    // One answer teaches it all that it needs for an hour.
    expect(sharesOver(cluster, 10_000)[0]).toBe(0)
    expect(cluster.life('lb').generation).toBe(1)
  })
})
