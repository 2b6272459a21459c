/**
 * Mutated frames, by the ten thousand (UDSIM_FULL=1: a million), at live nodes in virtual time, one at a time while
 * the connection stands. Nothing is thrown, no turn is long, and nobody but the sender loses anything.
 */
import { describe, expect, it } from 'vitest'
import { makeRng, type Rng } from '../../src/base/rng.ts'
import { nodeViolations } from '../../src/stats/laws.ts'
import { FrameType } from '../../src/wire/frame.ts'
import { Cluster } from '../support/cluster.ts'
import { cutAt } from '../support/frames.ts'
import { mutatedFrame, validFrame } from '../support/mutate.ts'
import { dialStranger, listenStranger, requestFrame, responseFrame, type Stranger } from '../support/stranger.ts'
import { topologyOf } from '../support/topology.ts'
import type { VirtualClock } from '../support/virtual-clock.ts'

const IS_FULL = process.env.UDSIM_FULL === '1'
/** By their victims: 20 000 together, or a million. */
const FRAMES = IS_FULL
  ? { lb: 400_000, 'server-1': 300_000, upstream: 300_000 }
  : { lb: 9_000, 'server-1': 8_000, upstream: 3_000 }
const SEED = process.env.UDSIM_SEED ?? 'mutated frames'
/**
 * Of the processor's time: on a busy machine a turn may be interrupted for longer than it takes. Run for itself; among all other files the garbage
 * that is collected is that of the whole process.
 */
const TURN_MS_MAX = IS_FULL ? 50 : 500
const LIMIT_MS = IS_FULL ? 1_800_000 : 30_000

/** Runs turns, and remembers the longest, in the processor's time of this process, its garbage collector's included. */
class Turns {
  longestMs = 0

  /** Lets time pass, a tick of the nodes at a time. */
  advance(clock: VirtualClock, ms: number): void {
    for (let left = ms; left > 0; left -= 250) this.run(() => clock.advance(Math.min(left, 250)))
  }

  run(turn: () => void): void {
    const before = process.cpuUsage()
    turn()
    const { user, system } = process.cpuUsage(before)
    this.longestMs = Math.max(this.longestMs, (user + system) / 1_000)
  }

  report(victim: string, frames: number, connections: number): void {
    expect(this.longestMs, 'the longest turn, ms').toBeLessThan(TURN_MS_MAX)
    if (!IS_FULL) return
    const longest = this.longestMs.toFixed(1)
    console.log(`${victim}: ${frames} mutated frames on ${connections} connections, longest turn ${longest} ms`)
  }
}

/** Sends up to 20 frames, most of them mutated, some cut in two; returns how many mutated ones the victim was there for. */
function attack(link: Stranger, rng: Rng, settle: () => void): number {
  let thrown = 0
  for (let left = 1 + rng.int(20); left > 0 && !link.isClosed; left--) {
    const isMutated = rng.int(4) > 0
    const frame = isMutated ? mutatedFrame(rng) : validFrame(rng)
    if (isMutated) thrown++
    for (const part of cutAt(frame, rng.int(3) === 0 ? [rng.int(frame.length)] : [])) {
      if (part.length === 0 || link.isClosed) continue
      link.send(part)
      settle()
    }
  }
  return thrown
}

/** Most end their connection, in order or not; the others leave it to the node's limits of time. */
function leave(link: Stranger, rng: Rng): void {
  const how = rng.int(10)
  if (how < 5) link.connection!.end()
  else if (how < 8) link.connection!.destroy()
}

const withSeed = (story: () => void) => {
  try {
    story()
  } catch (error) {
    throw new Error(`UDSIM_SEED='${SEED}'${IS_FULL ? ' UDSIM_FULL=1' : ''} fails so again`, { cause: error })
  }
}

describe('mutated frames', () => {
  it.each(['lb', 'server-1'] as const)(
    'from downstreams of %s harm nobody else',
    victim =>
      withSeed(() => {
        const topology = topologyOf({
          servers: [
            { id: 'server-1', serviceTime: '1ms' },
            { id: 'server-2', serviceTime: '1ms' },
          ],
        })
        const cluster = new Cluster(topology, { isClientless: true })
        const { clock, transport } = cluster
        const rng = makeRng(`${SEED} ${victim}`)
        const turns = new Turns()
        const settle = () => turns.run(() => clock.settle())
        const open = (name = '') => {
          const stranger = dialStranger(transport, `sockets/${victim}.sock`, name)
          clock.settle()
          stranger.sayHello()
          clock.settle()
          return stranger
        }
        const neighbour = open()
        const connectionsBefore = cluster.counters(victim).connections
        let [asked, thrown, connections] = [0, 0, 0]
        while (thrown < FRAMES[victim]) {
          connections++
          const isGreeted = rng.int(5) > 0
          const link = isGreeted
            ? open(rng.int(3) === 0 ? 'proxy-9' : '')
            : dialStranger(transport, `sockets/${victim}.sock`)
          clock.settle()
          link.isAutomatic = false
          thrown += attack(link, rng, settle)
          leave(link, rng)
          if (connections % 20 === 0) neighbour.send(requestFrame(++asked))
          // What was left open ends by the limits of time: 2 s, 5 s.
          turns.advance(clock, connections % 500 === 0 ? 10_000 : rng.int(3))
        }
        clock.advance(20_000)

        expect(neighbour.closes).toEqual([])
        expect(neighbour.seen(FrameType.response)).toHaveLength(asked)
        expect(asked).toBeGreaterThan(FRAMES[victim] / 400)
        expect(cluster.stats().flatMap(nodeViolations)).toEqual([])
        // Those who did nothing wrong in the end may stay.
        expect(cluster.counters(victim).inFlight).toBe(0)
        expect(cluster.counters(victim).protocolErrors).toBeGreaterThan(connections / 4)
        expect(cluster.counters(victim).droppedConnections).toBe(0)
        expect(cluster.counters(victim).connections).toBeLessThan(connectionsBefore + connections / 20)
        turns.report(`downstreams of ${victim}`, thrown, connections)
      }),
    LIMIT_MS,
  )

  it(
    'from an upstream cost its own requests and no others',
    () =>
      withSeed(() => {
        const topology = topologyOf({ servers: [{ id: 'server-1' }, { id: 'server-2' }] })
        const cluster = new Cluster(topology, { only: ['server-1'] })
        const { clock, transport } = cluster
        const rng = makeRng(`${SEED} upstream`)
        const turns = new Turns()
        const settle = () => turns.run(() => clock.settle())
        const hostile = listenStranger(transport, 'sockets/server-2.sock', link => {
          link.isAutomatic = rng.int(5) > 0
        })
        cluster.start('lb')
        clock.settle()
        const client = dialStranger(transport, 'sockets/lb.sock', '')
        clock.settle()
        client.sayHello()
        clock.settle()
        client.forget()
        let [asked, ended, thrown, connections] = [0, 0, 0, 0]
        // Counted and forgotten, so that no turn pays for collecting the test's own memory.
        const countEnds = () => {
          ended += client.frames.filter(({ streamId }) => streamId !== 0).length
          client.forget()
          cluster.health.length = 0
          hostile.links.splice(0, hostile.links.length - 1)
        }
        while (thrown < FRAMES.upstream) {
          // The load balancer dials again after each loss, within a second.
          if (hostile.last.isClosed) clock.advance(1_250)
          const link = hostile.last
          connections++
          link.isAutomatic = false
          for (let n = rng.int(4); n > 0; n--) client.send(requestFrame(1 + (asked++ % 60_000), { budgetMs: 200 }))
          clock.settle()
          for (const { streamId } of link.seen(FrameType.request)) {
            if (rng.int(2) === 0 && !link.isClosed) link.send(responseFrame(streamId))
          }
          link.forget()
          clock.settle()
          thrown += attack(link, rng, settle)
          if (!link.isClosed && rng.int(2) === 0) leave(link, rng)
          turns.advance(clock, connections % 50 === 0 ? 10_000 : rng.int(300))
          countEnds()
        }
        clock.advance(20_000)

        countEnds()
        expect(client.closes).toEqual([])
        expect([ended, cluster.counters('lb').received]).toEqual([asked, asked])
        expect(cluster.counters('server-1')).toMatchObject({ failed: 0, rejected: 0, protocolErrors: 0 })
        expect(cluster.stats().flatMap(nodeViolations)).toEqual([])
        expect(cluster.counters('lb').inFlight).toBe(0)
        turns.report('an upstream of lb', thrown, connections)
      }),
    LIMIT_MS,
  )
})
