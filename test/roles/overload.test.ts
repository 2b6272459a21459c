/**
 * More than can be served, in virtual time: three servers behind two proxies and a load balancer, with the defaults but
 * for what a story is about. Goodput is what the clients got in time, as a share of what the servers can do.
 */
import { describe, expect, it } from 'vitest'
import { makeOpenLoop } from '../../src/load/open-loop.ts'
import { Cluster } from '../support/cluster.ts'
import { topologyOf } from '../support/topology.ts'

const CONCURRENCY = 32

interface Outcome {
  readonly plannedMs: number
  readonly latencyMs: number
  readonly isAnswered: boolean
}

interface Period {
  readonly fromMs: number
  readonly untilMs: number
}

class Story {
  readonly cluster: Cluster
  /** Requests per second. */
  readonly capacity: number
  private readonly outcomes: Outcome[] = []
  private readonly loop: ReturnType<typeof makeOpenLoop>

  constructor(serviceMs: number, server: Record<string, unknown>, load: Record<string, unknown> = {}) {
    this.capacity = (3 * CONCURRENCY * 1_000) / serviceMs
    const serviceTime = `${serviceMs}ms`
    const topology = topologyOf({
      proxies: [{ id: 'proxy', replicas: 2 }],
      servers: [
        { id: 'server', replicas: 3, behind: ['proxy-1', 'proxy-2'], serviceTime, concurrency: CONCURRENCY, ...server },
      ],
      load: { rate: 0, ...load },
    })
    this.cluster = new Cluster(topology)
    const { clock, client, rng } = this.cluster
    this.cluster.onOutcome = (isAnswered, latencyMs) => {
      this.outcomes.push({ plannedMs: clock.nowMs() - latencyMs, latencyMs, isAnswered })
    }
    this.loop = makeOpenLoop(topology.load, clock, rng.fork('load'), (plannedMs, nowMs) => {
      client.send(plannedMs, nowMs)
    })
  }

  get nowMs(): number {
    return this.cluster.clock.nowMs()
  }

  /** So many times the capacity, for so long. Returns when that was. */
  offer(timesCapacity: number, forMs: number): Period {
    const fromMs = this.nowMs
    this.loop.apply({ ...this.cluster.topology.load, rate: this.capacity * timesCapacity })
    this.cluster.clock.advance(forMs)
    return { fromMs, untilMs: this.nowMs }
  }

  /** What became of the requests that were planned in that time. */
  outcomesOf({ fromMs, untilMs }: Period): readonly Outcome[] {
    return this.outcomes.filter(({ plannedMs }) => plannedMs >= fromMs && plannedMs < untilMs)
  }

  /** Ends what is outstanding. */
  rest(): void {
    this.loop.stop()
    this.cluster.clock.advance(6_000)
  }

  /** Of the servers together. */
  count(of: 'failedBy' | 'rejectedBy', name: string): number {
    const counters = [1, 2, 3].map(number => this.cluster.counters(`server-${number}`))
    return counters.reduce((sum, server) => sum + (server[of][name] ?? 0), 0)
  }
}

const answeredOf = (outcomes: readonly Outcome[]) => outcomes.filter(({ isAnswered }) => isAnswered)
const failuresOf = (outcomes: readonly Outcome[]) => outcomes.filter(({ isAnswered }) => !isAnswered).length

function p99Of(outcomes: readonly Outcome[]): number {
  const sorted = answeredOf(outcomes)
    .map(({ latencyMs }) => latencyMs)
    .sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length * 0.99)]!
}

/** Three times the capacity for that long, then half of it. */
function overload(story: Story, forMs: number) {
  const over = story.offer(3, forMs)
  story.offer(0.5, 3_000)
  const after = story.offer(0.5, 3_000)
  story.rest()
  const outcomes = story.outcomesOf(over)
  const goodput = answeredOf(outcomes).length / ((story.capacity * forMs) / 1_000)
  return { story, goodput, p99Ms: p99Of(outcomes), after: story.outcomesOf(after) }
}

/** Seconds of many requests: far longer than they take, on any machine. */
const TIMEOUT = { timeout: 60_000 }

describe('three times the capacity', TIMEOUT, () => {
  it('for 10 s, with codel: 80 % of the capacity is answered, and all of it 3 s after', () => {
    const { story, goodput, after } = overload(new Story(200, { queueDiscipline: 'codel' }), 10_000)

    expect(goodput).toBeGreaterThanOrEqual(0.8)
    expect(after.length).toBeGreaterThan(story.capacity)
    expect(failuresOf(after)).toBe(0)
    expect(story.count('failedBy', 'shed')).toBeGreaterThan(story.capacity)
  })

  it('with a queue longer than callers are patient: fifo answers few of them in time, codel as many as there is capacity', () => {
    const run = (queueDiscipline: string) =>
      overload(new Story(200, { queue: 4_000, queueDiscipline }, { timeout: '700ms' }), 4_000)
    const [fifo, codel] = [run('fifo'), run('codel')]

    expect(fifo.goodput).toBeLessThan(0.3)
    expect(codel.goodput).toBeGreaterThanOrEqual(0.8)
    expect(codel.p99Ms).toBeLessThan(fifo.p99Ms * 0.75)
    // With fifo some servers may still be ejected: they answered nobody in time.
    expect(failuresOf(codel.after)).toBe(0)
    expect(fifo.story.count('failedBy', 'shed')).toBe(0)
  })

  it('with a short queue: fifo rejects what it has no room for, and answers the rest in time', () => {
    const { story, goodput, after } = overload(new Story(200, {}), 4_000)

    expect(goodput).toBeGreaterThanOrEqual(0.8)
    expect(failuresOf(after)).toBe(0)
    expect(story.count('rejectedBy', 'overload')).toBeGreaterThan(story.capacity)
  })
})

describe.each([
  { queueDiscipline: 'fifo', serviceMs: 200 },
  // Its interval has to be long against what one request keeps a server: else it sheds a few even at 80 %.
  { queueDiscipline: 'codel', serviceMs: 25 },
])(
  'with $queueDiscipline, a stall of 1 s at four fifths of the capacity',
  TIMEOUT,
  ({ queueDiscipline, serviceMs }) => {
    it('is over 5 s later: every request is answered again', () => {
      const story = new Story(serviceMs, { queueDiscipline })
      const before = story.offer(0.8, 700)
      // These are under way when it begins, and may fail.
      story.offer(0.8, 300)
      story.cluster.clock.stall(1_000)
      story.offer(0.8, 5_000)
      const later = story.offer(0.8, 1_000)
      story.rest()
      const after = story.outcomesOf(later)

      expect(failuresOf(story.outcomesOf(before))).toBe(0)
      expect(after.length).toBeGreaterThan(story.capacity / 2)
      expect(failuresOf(after)).toBe(0)
    })
  },
)
