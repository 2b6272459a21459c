/**
 * Every key of the file, changed while it runs: the nodes then behave as if they had begun with the new value, and they
 * are the same nodes. In virtual time, each key with what it is there for; a key without a row fails.
 */
import { describe, expect, it } from 'vitest'
import { makeOpenLoop, type OpenLoop } from '../../src/load/open-loop.ts'
import { diff } from '../../src/topology/diff.ts'
import { plan, planLines } from '../../src/topology/plan.ts'
import { ENTRY_SHAPES } from '../../src/topology/read-entry.ts'
import { FILE_SHAPE } from '../../src/topology/read-file.ts'
import { POLICY_SHAPES } from '../../src/topology/read-policy.ts'
import { HEALTH_SHAPE, LOAD_SHAPE, RESTART_SHAPE, SHUTDOWN_SHAPE } from '../../src/topology/shapes.ts'
import type { NodeId, Topology } from '../../src/topology/types.ts'
import { Cluster } from '../support/cluster.ts'
import { topologyOf } from '../support/topology.ts'

type Keys = Readonly<Record<string, unknown>>

/** A cluster under a load that the test starts, and what it saw of it. */
class Story {
  readonly cluster: Cluster
  /** Of each request that ended, in milliseconds. */
  readonly latencies: number[] = []
  readonly plannedMs: number[] = []
  private loop: OpenLoop | null = null

  constructor(topology: Topology) {
    this.cluster = new Cluster(topology)
    this.cluster.onOutcome = (_, latencyMs) => this.latencies.push(Math.round(latencyMs))
  }

  /** As the clients' process does it. */
  startLoad(): void {
    const { clock, client, rng, topology } = this.cluster
    this.loop = makeOpenLoop(topology.load, clock, rng.fork('load'), (plannedMs, nowMs) => {
      this.plannedMs.push(plannedMs)
      client.send(plannedMs, nowMs)
    })
  }

  stopLoad(): void {
    this.loop?.stop()
  }

  edit(topology: Topology): void {
    this.cluster.edit(topology)
    this.loop?.apply(topology.load)
  }

  pass(ms: number): void {
    this.cluster.clock.advance(ms)
  }

  /** So many at once, then their time. */
  burst(count: number, ms: number): void {
    this.cluster.send(count)
    this.pass(ms)
  }

  /** One request each `everyMs`. */
  trickle(count: number, everyMs: number): void {
    for (let i = 0; i < count; i++) this.burst(1, everyMs)
  }

  received(...ids: NodeId[]): number[] {
    return this.cluster.received(...ids)
  }

  failed(): number {
    return this.cluster.client.counters().failed
  }

  upstream(id: NodeId) {
    return this.cluster.counters('f').upstreams.find(each => each.id === id)!
  }

  /** When that was told, in milliseconds from now; Infinity where it is not within the limit. */
  msUntil(line: string, limitMs: number): number {
    for (let ms = 0; ms < limitMs; ms += 10) {
      if (this.cluster.health.some(told => told.startsWith(line))) return ms
      this.pass(10)
    }
    return Infinity
  }
}

interface Row {
  /** Two values that behave differently. */
  readonly values: readonly [unknown, unknown]
  /** Other keys of what has the key. */
  readonly beside?: Keys
  /** Of the forwarder `f`, where the row is about another. */
  readonly f?: Keys
  /** Other load balancers than that. */
  readonly others?: readonly Keys[]
  /** Of the servers, the first of which has the row's key where it is one of servers. */
  readonly servers?: readonly Keys[]
  readonly health?: Keys
  /** Whether the file's own load is sent. */
  readonly isLoaded?: boolean
  /** What it does with the value: plain data that differs from one value to the other. */
  readonly see: (story: Story) => unknown
}

const SLOW = { serviceTime: '10ms', concurrency: 64 }
const STUCK = { serviceTime: '1h', concurrency: 1_000 }
const FAILING = { errorRate: 1 }
/** Nobody is ejected for how requests end. */
const PATIENT = { consecutiveFailures: 0, successRateMin: 0 }

/** Of forwarders and of clients. */
const TIMEOUT: Row = {
  values: ['300ms', '800ms'],
  servers: [STUCK],
  see: story => {
    story.burst(1, 2_000)
    return story.latencies
  },
}

const QUEUE: Readonly<Record<string, Pick<Row, 'values' | 'beside' | 'see'>>> = {
  queue: {
    values: [0, 2],
    see: story => {
      story.burst(4, 200)
      return story.failed()
    },
  },
  queueDiscipline: { values: ['fifo', 'codel'], see: shedOf(40) },
  queueTarget: {
    values: ['5ms', '90ms'],
    beside: { queueDiscipline: 'codel', queueInterval: '100ms' },
    see: story => {
      story.cluster.send(5)
      story.trickle(40, 10)
      story.pass(200)
      return story.failed() > 0
    },
  },
  queueInterval: { values: ['50ms', '2s'], beside: { queueDiscipline: 'codel' }, see: shedOf(40) },
}

/** Whether any of so many at once is given up. */
function shedOf(count: number): Row['see'] {
  return story => {
    story.burst(count, 2_000)
    return story.failed() > 0
  }
}

const RETRY: Readonly<Record<string, Omit<Row, 'health'>>> = {
  attempts: {
    values: [1, 2],
    servers: [FAILING, {}],
    see: story => {
      story.trickle(4, 10)
      return story.failed()
    },
  },
  attemptTimeout: {
    values: ['200ms', '400ms'],
    beside: { attempts: 2, policy: 'first' },
    servers: [STUCK, {}],
    see: story => {
      story.burst(1, 1_000)
      return story.latencies
    },
  },
  retryBudget: {
    values: [0, 1],
    beside: { attempts: 3, retryReserve: 0 },
    servers: [FAILING, {}],
    see: story => {
      story.trickle(20, 10)
      return story.failed()
    },
  },
  retryReserve: {
    values: [0, 1],
    beside: { attempts: 3, retryBudget: 0 },
    servers: [FAILING, {}],
    see: story => {
      story.pass(12_000) // what was saved before is spent or gone by then
      story.trickle(10, 10)
      return story.failed()
    },
  },
}

const ONE_AT_A_TIME = { maxInFlight: 1 }
const FORWARDER: Readonly<Record<string, Row>> = {
  ...mapped(QUEUE, row => ({ ...row, beside: { ...ONE_AT_A_TIME, ...row.beside }, servers: [SLOW] })),
  ...mapped(RETRY, row => ({ ...row, health: PATIENT })),
  policy: {
    values: ['round-robin', 'first'],
    see: story => {
      story.burst(4, 10)
      return story.received('a', 'b')
    },
  },
  timeout: TIMEOUT,
  maxInFlight: {
    values: [1, 3],
    servers: [SLOW],
    see: story => {
      story.burst(4, 1)
      return [story.received('a'), story.pass(100)]
    },
  },
}

/** Of a node among siblings: what each is sent. */
const SHARE = (story: Story) => {
  story.trickle(8, 10)
  return [story.received('n', 'other'), story.cluster.client.counters().answered]
}
const AMONG_SIBLINGS: Readonly<Record<string, Row>> = {
  weight: { values: [1, 3], f: { policy: 'weighted-round-robin' }, see: SHARE },
  admin: { values: ['ready', 'drain'], health: { slowStart: '0ms' }, see: SHARE },
}

const SERVER: Readonly<Record<string, Row>> = {
  ...mapped(QUEUE, row => ({ ...row, beside: { serviceTime: '10ms', concurrency: 1, ...row.beside } })),
  ...AMONG_SIBLINGS,
  backup: { values: [false, true], see: SHARE },
  serviceTime: {
    values: ['10ms', '25ms'],
    see: story => {
      story.trickle(2, 50)
      return story.latencies
    },
  },
  concurrency: {
    values: [1, 2],
    beside: { serviceTime: '10ms' },
    see: story => {
      story.burst(4, 100)
      return story.latencies
    },
  },
  errorRate: {
    values: [0, 1],
    health: PATIENT,
    see: story => {
      story.trickle(4, 10)
      return story.failed()
    },
  },
}

/** The built-in clients send again what no load balancer answers. */
function retriedWithin(ms: number): Row['see'] {
  return story => {
    story.burst(5, ms)
    const { retried } = story.cluster.client.counters()
    return [retried, story.pass(1_000)]
  }
}

/** An attempt is given up where another load balancer is there. */
const UNANSWERED = {
  beside: { attempts: 2, attemptTimeout: '100ms' },
  others: [{ id: 'g', attempts: 1 }],
  servers: [STUCK],
  see: retriedWithin(150),
}

const LOAD: Readonly<Record<string, Row>> = {
  attempts: {
    values: [1, 2],
    servers: [STUCK],
    see: story => {
      story.burst(1, 10)
      story.cluster.kill(story.cluster.life('f'))
      story.cluster.restart('f')
      story.pass(100)
      return [story.failed(), story.pass(1_000)]
    },
  },
  attemptTimeout: {
    values: ['200ms', '400ms'],
    beside: { attempts: 2 },
    others: UNANSWERED.others,
    servers: [STUCK],
    see: retriedWithin(300),
  },
  retryBudget: { ...UNANSWERED, values: [0, 1], beside: { ...UNANSWERED.beside, retryReserve: 0 } },
  retryReserve: {
    ...UNANSWERED,
    values: [0, 1],
    beside: { ...UNANSWERED.beside, retryBudget: 0 },
    see: story => {
      story.pass(12_000) // what was saved before is spent or gone by then
      return UNANSWERED.see(story)
    },
  },
  rate: { isLoaded: true, values: [10, 200], beside: { arrivals: 'uniform' }, see: planned(gaps => gaps.length) },
  arrivals: {
    isLoaded: true,
    values: ['uniform', 'poisson'],
    beside: { rate: 100 },
    see: planned(gaps => new Set(gaps.map(gap => gap.toFixed(6))).size === 1),
  },
  connections: {
    values: [1, 3],
    see: story => {
      story.pass(1_000)
      return story.cluster.life('f').node.counters().connections
    },
  },
  payloadBytes: {
    values: [0, 400_000],
    f: ONE_AT_A_TIME,
    servers: [SLOW],
    // From 2 MiB that wait on, it does not read from whoever brings more.
    see: story => {
      story.burst(10, 1)
      return [story.received('f')[0] === 10, story.pass(1_000)]
    },
  },
  idempotent: {
    values: [true, false],
    f: { attempts: 2 },
    servers: [FAILING, {}],
    health: PATIENT,
    see: story => {
      story.trickle(4, 10)
      return story.failed()
    },
  },
  timeout: TIMEOUT,
}

/** The gaps between the requests that are planned within a second. */
function planned(of: (gaps: readonly number[]) => unknown): Row['see'] {
  return story => {
    const since = story.cluster.clock.nowMs()
    story.pass(1_000)
    const times = story.plannedMs.filter(ms => ms > since)
    return of(times.slice(1).map((ms, i) => ms - times[i]!))
  }
}

const TWO_FAIL = { servers: [FAILING, FAILING, {}], health: { slowStart: '0ms' } }
const HEALTH: Readonly<Record<string, Row>> = {
  interval: {
    values: ['1s', '100ms'],
    beside: { fall: 1 },
    see: frozen(story => story.msUntil('f -> b ejected', 3_000) < 600),
  },
  timeout: {
    values: ['1s', '3s'],
    beside: { fall: 100 },
    see: frozen(story => {
      story.cluster.send(2)
      return story.msUntil('f -> b ejected', 5_000) < 2_000
    }),
  },
  fall: { values: [1, 8], see: frozen(story => story.msUntil('f -> b ejected', 8_000) < 2_500) },
  rise: {
    values: [1, 100],
    beside: { fall: 1 },
    see: frozen(story => {
      story.msUntil('f -> b ejected', 8_000)
      story.cluster.life('b').world.thaw()
      return story.msUntil('f -> b restored', 8_000) < 1_000
    }),
  },
  consecutiveFailures: { values: [5, 2], beside: { successRateMin: 0 }, servers: [FAILING, {}], see: failures },
  successRateMin: { values: [0, 0.5], beside: { consecutiveFailures: 0 }, servers: [FAILING, {}], see: failures },
  successRateRequests: { values: [20, 10], beside: { consecutiveFailures: 0 }, servers: [FAILING, {}], see: failures },
  successRateWindow: {
    values: ['10s', '50ms'],
    beside: { consecutiveFailures: 0 },
    servers: [FAILING, {}],
    see: failures,
  },
  ejectionTime: {
    values: ['2s', '500ms'],
    servers: [FAILING, {}],
    see: story => {
      failures(story)
      return story.msUntil('f -> a half-open', 4_000) < 800
    },
  },
  ejectionTimeMax: {
    values: ['500ms', '30s'],
    beside: { ejectionTime: '500ms' },
    servers: [FAILING, {}],
    see: story => {
      story.trickle(1_000, 10)
      return story.cluster.health.filter(line => line.startsWith('f -> a half-open')).length > 10
    },
  },
  ejectedShareMax: {
    ...TWO_FAIL,
    values: [0.3, 1],
    see: story => {
      story.trickle(60, 10)
      return ['a', 'b'].map(id => story.upstream(id).circuit).sort()
    },
  },
  panicThreshold: {
    ...TWO_FAIL,
    values: [0, 0.9],
    beside: { ejectedShareMax: 1 },
    see: story => {
      story.trickle(60, 10)
      return story.cluster.counters('f').panic
    },
  },
  slowStart: {
    values: ['0ms', '10s'],
    see: story => {
      story.cluster.kill(story.cluster.life('b'))
      story.pass(100)
      story.cluster.restart('b')
      story.pass(300)
      return story.upstream('b').ramp === 1
    },
  },
}

/** The server `b` stands still. */
function frozen(see: (story: Story) => boolean): Row['see'] {
  return story => {
    story.cluster.life('b').world.freeze()
    const seen = see(story)
    story.cluster.life('b').world.thaw()
    story.pass(1_000)
    return seen
  }
}

/** How many requests `a` fails before it gets no more. */
function failures(story: Story): number {
  story.trickle(60, 10)
  return story.received('a')[0]!
}

const POLICIES: Readonly<Record<string, Row>> = {
  'first.upTo': {
    values: [1, 3],
    servers: [SLOW, SLOW],
    see: story => {
      story.burst(4, 1)
      return [story.received('a', 'b'), story.pass(100)]
    },
  },
  'peak-ewma.decay': {
    values: ['10s', '10ms'],
    servers: [{ serviceTime: '50ms' }, { serviceTime: '1ms' }],
    see: story => {
      story.trickle(200, 10)
      return story.received('a')[0]! > 10
    },
  },
}

function mapped<A, B>(rows: Readonly<Record<string, A>>, change: (row: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(rows).map(([key, row]) => [key, change(row)]))
}

/** Which block of the file has the keys of these rows, and the file that has a value there. */
const BLOCKS: Readonly<Record<string, { rows: Readonly<Record<string, Row>>; file: (row: Row, keys: Keys) => Keys }>> =
  {
    loadBalancers: { rows: FORWARDER, file: (row, keys) => forwarding(row, [{ id: 'f', ...keys }], undefined) },
    proxies: {
      rows: { ...FORWARDER, ...AMONG_SIBLINGS },
      file: (row, keys) =>
        row.see === SHARE
          ? {
              ...forwarding(row, [{ id: 'f', attempts: 1, ...row.f }], [{ id: 'n', ...keys }, { id: 'other' }]),
              servers: [{ id: 'a', behind: ['n', 'other'] }],
            }
          : forwarding(row, [{ id: 'lb', attempts: 1 }], [{ id: 'f', ...keys }]),
    },
    servers: {
      rows: SERVER,
      file: (row, keys) => ({
        ...forwarding(row, [{ id: 'f', attempts: 1, ...row.f }], undefined),
        servers: row.see === SHARE ? [{ id: 'n', ...keys }, { id: 'other' }] : [{ id: 'a', ...keys }],
      }),
    },
    policies: { rows: POLICIES, file: (row, policy) => forwarding(row, [{ id: 'f', attempts: 1, policy }], undefined) },
    load: { rows: LOAD, file: (row, load) => ({ ...ofBlock(row), load }) },
    health: { rows: HEALTH, file: (row, health) => ({ ...ofBlock(row), health: { ...row.health, ...health } }) },
  }

const ofBlock = (row: Row) => forwarding(row, [{ id: 'f', attempts: 1, ...row.f }, ...(row.others ?? [])], undefined)

function forwarding({ servers = [{}, {}], health = {} }: Row, loadBalancers: Keys[], proxies?: Keys[]): Keys {
  const behind = proxies ? { behind: proxies[0]!.id } : {}
  return {
    loadBalancers,
    ...(proxies ? { proxies } : {}),
    servers: servers.map((keys, i) => ({ id: 'abc'[i], ...behind, ...keys })),
    health,
  }
}

const ALL = Object.entries(BLOCKS).flatMap(([block, { rows, file }]) =>
  Object.entries(rows).map(([key, row]) => ({ name: `${block}.${key}`, block, key, row, file })),
)

function fileWith({ block, key, row, file }: (typeof ALL)[number], value: unknown): Topology {
  const [name, parameter] = key.split('.')
  return topologyOf(file(row, block === 'policies' ? { name, [parameter!]: value } : { ...row.beside, [key]: value }))
}

/** What has no behaviour of its own, or is read by the launcher; and where that is tested. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  $schema: 'read by editors alone',
  socketDir: 'cannot change while running: changes.test.ts',
  defaults: 'no values of its own: make-nodes.ts lays them out',
  'loadBalancers.id': 'another id is another node',
  'proxies.id': 'another id is another node',
  'servers.id': 'another id is another node',
  'proxies.behind': 'below',
  'servers.behind': 'below',
  'proxies.replicas': 'so many nodes: system/edits-while-running.test.ts',
  'servers.replicas': 'so many nodes: system/edits-while-running.test.ts',
  'restart.delayMin': 'system/takes-edits-back.test.ts',
  'restart.delayMax': 'system/takes-edits-back.test.ts',
  'restart.heartbeatTimeout': 'keeper.test.ts',
  'shutdown.drainTimeout': 'reload.test.ts',
}

describe('an edit of a key', () => {
  it('has a row for every key that the file can have', () => {
    const keysOf = (block: string, shape: object) => Object.keys(shape).map(key => `${block}.${key}`)
    const {
      $schema,
      socketDir,
      defaults,
      loadBalancers,
      proxies,
      servers,
      load,
      health,
      restart,
      shutdown,
      ...others
    } = FILE_SHAPE
    const keys = [
      ...Object.keys({ $schema, socketDir, defaults, ...others }),
      ...keysOf('loadBalancers', ENTRY_SHAPES['load-balancer']),
      ...keysOf('proxies', ENTRY_SHAPES.proxy),
      ...keysOf('servers', ENTRY_SHAPES.server),
      ...Object.entries(POLICY_SHAPES).flatMap(([name, shape]) => keysOf(`policies.${name}`, shape)),
      ...keysOf('load', LOAD_SHAPE),
      ...keysOf('health', HEALTH_SHAPE),
      ...keysOf('restart', RESTART_SHAPE),
      ...keysOf('shutdown', SHUTDOWN_SHAPE),
    ]

    expect([...ALL.map(({ name }) => name), ...Object.keys(ELSEWHERE)].sort()).toEqual(keys.sort())
  })

  it.each(ALL)('$name reaches the node that runs', each => {
    const [one, other] = each.row.values.map(value => fileWith(each, value)) as [Topology, Topology]
    const begun = (topology: Topology) => seen(each.row, topology, topology)

    expect(begun(one), 'the values can be told apart').not.toEqual(begun(other))
    expect(seen(each.row, one, other)).toEqual(begun(other))
    expect(seen(each.row, other, one)).toEqual(begun(one))
    const steps = plan(diff(one, other), one, other)
    expect(steps.filter(({ kind }) => kind !== 'route' && kind !== 'load')).toEqual([])
    expect(planLines(steps, one, other)).toEqual([expect.stringMatching(/ live$/)])
  })

  it.each(['proxies', 'servers'])('%s.behind moves the node in one step, both ways', list => {
    const file = (behind: string) =>
      topologyOf({
        proxies: [{ id: 'p' }, { id: 'q' }, { id: 'n', behind: list === 'proxies' ? behind : 'p' }],
        servers: [
          { id: 'a', behind: ['p', 'q', 'n'] },
          { id: 's', behind: list === 'servers' ? behind : 'p' },
        ],
      })
    const story = new Story(file('p'))
    story.trickle(12, 5)
    story.edit(file('q'))
    const moved = list === 'proxies' ? 'n' : 's'
    const sentBy = (id: NodeId) => story.cluster.counters(id).upstreams.find(each => each.id === moved)?.picked ?? 0
    const before = ['p', 'q'].map(sentBy)
    story.trickle(12, 5)
    const after = ['p', 'q'].map(sentBy)

    expect([before[0]! > 0, before[1], after[0]! - before[0]!, after[1]! > 0]).toEqual([true, 0, 0, true])
    expect(story.failed()).toBe(0)
  })
})

/** What a cluster does that began with one file and was edited to the other. */
function seen({ see, isLoaded }: Row, atStart: Topology, edited: Topology): unknown {
  const story = new Story(atStart)
  if (isLoaded) story.startLoad()
  story.pass(50)
  story.edit(edited)
  story.pass(50)
  const result = see(story)
  story.stopLoad()
  // The laws are then checked to the last request.
  for (let ms = 0; ms < 6_000 && !story.cluster.isAtRest(); ms += 500) story.pass(500)
  return result
}
