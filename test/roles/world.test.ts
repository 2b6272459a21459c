/**
 * Random kills, restarts, drains, replacements and edits under load, in virtual time. Whatever happens, every request
 * ends in exactly one outcome and the counters keep their laws, at every step.
 */
import { describe, expect, it } from 'vitest'
import { makeRng, type Rng } from '../../src/base/rng.ts'
import { makeOpenLoop } from '../../src/load/open-loop.ts'
import { POLICY_NAMES } from '../../src/topology/policy-names.ts'
import type { Topology } from '../../src/topology/types.ts'
import { Cluster } from '../support/cluster.ts'
import { topologyOf } from '../support/topology.ts'
import { expectPlausible } from '../support/traces.ts'

const STEPS = 160
const STEP_MS = 15
const SERVICE_TIMES = ['0ms', { empirical: ['0ms', '2ms', '4ms'] }, { exponential: '30ms' }, '120ms']
const SEEDS = Array.from({ length: 14 }, (_, i) => i + 1)

/** One or two load balancers, proxies in one or two tiers, servers of every temper. */
function drawTopology(rng: Rng): Topology {
  const policy = () => POLICY_NAMES[rng.int(POLICY_NAMES.length)]!
  const retries = (attemptsMax: number) => ({
    attempts: 1 + rng.int(attemptsMax),
    attemptTimeout: [undefined, '110ms'][rng.int(2)],
    retryBudget: [0.1, 1][rng.int(2)],
  })
  const queue = () => ({ queue: [256, 4, 0][rng.int(3)], queueDiscipline: ['fifo', 'codel'][rng.int(2)] })
  const proxies = Array.from({ length: 1 + rng.int(3) }, (_, i) => ({
    id: `proxy-${i + 1}`,
    policy: policy(),
    timeout: ['5s', '130ms'][rng.int(2)],
    maxInFlight: [1_024, 8][rng.int(2)],
    ...retries(2),
    ...queue(),
  }))
  const servers = Array.from({ length: proxies.length + rng.int(4) }, (_, i) => ({
    id: `server-${i + 1}`,
    behind: i < proxies.length ? proxies[i]!.id : proxies.slice(0, 1 + rng.int(proxies.length)).map(({ id }) => id),
    serviceTime: SERVICE_TIMES[rng.int(SERVICE_TIMES.length)],
    concurrency: 1 + rng.int(8),
    queue: rng.int(10),
    errorRate: [0, 0.1][rng.int(2)],
    // The first of each proxy has weight: a pool of weight 0 alone is no topology.
    weight: i < proxies.length ? 1 + rng.int(3) : rng.int(3),
  }))
  return topologyOf({
    loadBalancers: Array.from({ length: 1 + rng.int(2) }, (_, i) => ({
      id: `lb-${i + 1}`,
      policy: policy(),
      maxInFlight: [1_024, 20][rng.int(2)],
      ...retries(4),
      ...queue(),
    })),
    proxies,
    servers,
    load: {
      rate: 300,
      connections: 1 + rng.int(3),
      timeout: ['5s', '200ms'][rng.int(2)],
      idempotent: rng.int(3) > 0,
      ...retries(3),
    },
  })
}

/** Something that may happen to any topology at any time; what is down comes back before long. */
function disturb(cluster: Cluster, rng: Rng): string {
  const nodes = cluster.topology.nodes
  const down = nodes.filter(node => !cluster.isRunning(node.id))
  if (down.length > 0 && rng.int(4) > 0) {
    const { id } = down[rng.int(down.length)]!
    cluster.restart(id)
    return `restart ${id}`
  }
  const up = nodes.filter(node => cluster.isRunning(node.id))
  if (up.length === 0) return 'nothing is left'
  const { id } = up[rng.int(up.length)]!
  const act = rng.int(10)
  if (act < 4) {
    cluster.kill(cluster.life(id))
    return `kill ${id}`
  }
  if (act < 6) {
    cluster.replace(id)
    return `replace ${id}`
  }
  if (act < 7) {
    cluster.drain(cluster.life(id))
    return `drain ${id}`
  }
  cluster.edit(drawTopology(rng))
  return 'edit'
}

/** Kills a node some turns from now, while what was just sent is on its way. */
function killSoon(cluster: Cluster, rng: Rng, story: string[]): void {
  const up = cluster.topology.nodes.filter(node => cluster.isRunning(node.id))
  if (up.length === 0) return
  const { id } = up[rng.int(up.length)]!
  const wait = (turns: number) => {
    if (turns > 0) return cluster.clock.afterTurn(() => wait(turns - 1))
    if (!cluster.isRunning(id)) return
    story.push(`${cluster.clock.nowMs()} ms: kill ${id} on the way`)
    cluster.kill(cluster.life(id))
  }
  wait(rng.int(12))
}

function runWorld(seed: number): void {
  const rng = makeRng(`world-${seed}`)
  const story: string[] = []
  // Every other world is traced: what its requests tell of their way must be true, and nothing else may change.
  const isTraced = seed % 2 === 0
  const cluster = new Cluster(drawTopology(rng), { seed, isTraced })
  const { clock, client } = cluster
  const told = () => `seed ${seed}, at ${clock.nowMs()} ms, after\n${story.join('\n')}`
  // Nodes tell their accounts at different times, as their processes do.
  const telling = rng.fork('telling')
  const advance = (steps: number, stepMs: number) => {
    for (let step = 0; step < steps; step++) {
      clock.advance(rng.float() * 2 * stepMs)
      expect(
        cluster.violations(() => telling.int(3) === 0),
        told(),
      ).toEqual([])
    }
  }
  let isOrderly = false
  const load = makeOpenLoop(cluster.topology.load, clock, rng.fork('load'), (plannedMs, nowMs) => {
    client.send(plannedMs, nowMs)
    if (!isOrderly && rng.int(60) === 0) killSoon(cluster, rng, story)
  })

  for (let step = 0; step < STEPS; step++) {
    if (rng.int(8) === 0) story.push(`${clock.nowMs()} ms: ${disturb(cluster, rng)}`)
    advance(1, STEP_MS)
  }
  isOrderly = true
  for (const { id } of cluster.topology.nodes) if (!cluster.isRunning(id)) cluster.restart(id)
  story.push(`${clock.nowMs()} ms: everything is up again`)
  // The longest time between two dials, and what is still to end.
  advance(10, 200)
  const { unavailable = 0, connectionLost = 0 } = client.counters().failedBy
  advance(24, STEP_MS)
  load.stop()
  advance(24, 280)

  expect(cluster.finalViolations(), told()).toEqual([])
  const { sent, answered, pending, failedBy } = client.counters()
  expect(sent, told()).toBeGreaterThan(600)
  expect(answered, told()).toBeGreaterThan(0)
  expect([pending, cluster.outcomes.answered + cluster.outcomes.failed], told()).toEqual([0, sent])
  expect(cluster.traced.length, told()).toBe(isTraced ? sent : 0)
  for (const request of cluster.traced) expectPlausible(request)
  // Healed: whoever is up is found again.
  expect([failedBy.unavailable ?? 0, failedBy.connectionLost ?? 0], told()).toEqual([unavailable, connectionLost])
}

describe('a world in disorder', () => {
  it.each(SEEDS)('ends every request once and keeps the laws, seed %i', runWorld)
})
