/** Topologies by chance, whose nodes share a few names, so that any two of them differ as versions of one file do. */
import fc from 'fast-check'
import { parse } from '../../src/topology/parse.ts'
import { POLICY_NAMES } from '../../src/topology/policy-names.ts'
import type { Topology } from '../../src/topology/types.ts'

/** Below a second, also such as no round number of any unit says. */
const short = fc.oneof(
  fc.integer({ min: 1, max: 999 }).map(value => `${value}ms`),
  fc.integer({ min: 1, max: 999_999 }).map(value => `${value / 1_000}ms`),
  fc.integer({ min: 1_000, max: 999_999 }).map(value => `${value / 1_000}us`),
)
const long = fc.integer({ min: 1, max: 60 }).map(value => `${value}s`)
const duration = fc.oneof(short, long)
const share = fc.double({ min: 0, max: 1, noNaN: true })
const count = fc.integer({ min: 1, max: 10 })
const some = <T extends object>(keys: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(keys, { requiredKeys: [] })

/** A pair that is the right way round, or the upper alone, to which the default of the lower gives way. */
const pair = (lower: string, upper: string) =>
  fc.oneof(
    fc.constant({}),
    short.map(value => ({ [upper]: value })),
    fc.tuple(short, long).map(([below, above]) => ({ [lower]: below, [upper]: above })),
  )
const both = <A extends object, B extends object>(a: fc.Arbitrary<A>, b: fc.Arbitrary<B>) =>
  fc.tuple(a, b).map(([one, other]) => ({ ...one, ...other }))

const queueTimes = pair('queueTarget', 'queueInterval')
const times = both(pair('attemptTimeout', 'timeout'), queueTimes)
const QUEUE = { queue: count, queueDiscipline: fc.constantFrom('fifo', 'codel') }
const RETRY = { attempts: count, retryBudget: share, retryReserve: count }
const WISH = { weight: count, admin: fc.constantFrom('ready', 'drain', 'maintenance') }
const policy = fc.oneof(
  fc.constantFrom(...POLICY_NAMES),
  fc.record({ name: fc.constant('peak-ewma'), decay: duration }),
  fc.record({ name: fc.constant('first'), upTo: count }),
)
const serviceTime = fc.oneof(
  duration,
  fc.record({ exponential: duration }),
  duration.map(p50 => ({ lognormal: { p50, p99: '24h' } })),
  fc.array(duration, { minLength: 1, maxLength: 8 }).map(empirical => ({ empirical })),
)
const FORWARDER = { policy, maxInFlight: count, ...RETRY, ...QUEUE }
const SERVER = { serviceTime, concurrency: count, errorRate: share, backup: fc.boolean(), ...WISH, ...QUEUE }

const idsFrom = (ids: readonly string[], minLength: number) => fc.shuffledSubarray([...ids], { minLength })
const withKeys = <T extends object>(ids: fc.Arbitrary<string[]>, keys: fc.Arbitrary<T>) =>
  ids.chain(all => fc.tuple(...all.map(id => keys.map(own => ({ id, ...own })))))

const nodes = fc
  .tuple(idsFrom(['lb', 'lb-2'], 1), idsFrom(['p-1', 'p-2', 'x'], 0), idsFrom(['s-1', 's-2', 's-3', 's-4', 'y'], 1))
  .chain(([balancers, proxies, servers]) => {
    const parents = idsFrom(proxies.length > 0 ? proxies : balancers, 1)
    return fc.record({
      loadBalancers: withKeys(fc.constant(balancers), both(times, some(FORWARDER))),
      proxies: withKeys(fc.constant(proxies), both(times, some({ ...FORWARDER, ...WISH }))),
      servers: withKeys(fc.constant(servers), both(queueTimes, some(SERVER))).chain(all =>
        fc.tuple(...all.map(server => parents.map(behind => ({ ...server, behind })))),
      ),
    })
  })

const file = fc
  .tuple(
    nodes,
    some({
      socketDir: fc.constantFrom('sockets', 'run/"here"'),
      load: some({
        rate: fc.double({ min: 0, max: 1_000, noNaN: true }),
        payloadBytes: count,
        timeout: duration,
        ...RETRY,
      }),
      health: some({ fall: count, successRateWindow: duration, slowStart: duration, panicThreshold: share }),
      restart: some({ delayMin: short, delayMax: long }),
      shutdown: some({ drainTimeout: duration }),
    }),
  )
  .map(([lists, blocks]) => JSON.stringify({ ...lists, ...blocks }))

/** Those of the drawn files that can run. */
export const anyTopology: fc.Arbitrary<Topology> = file
  .map(text => parse(text))
  .filter(result => result.ok)
  .map(({ topology }) => topology)
