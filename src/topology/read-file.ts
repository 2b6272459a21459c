/** The file's outermost object: every block read, those left out filled in from the table of defaults. */
import { checkOrders } from './check-orders.ts'
import { DEFAULTS } from './defaults.ts'
import type { JsonNode, Place, Report } from './json-tree.ts'
import { memberOf, NOWHERE } from './json-tree.ts'
import type { EntryOf } from './read-entry.ts'
import { loadBalancerEntry, proxyEntry, serverEntry } from './read-entry.ts'
import type { Complete, ListValues, Values } from './read-object.ts'
import { hasKeyLike, list, object, readDefaults, requireKey } from './read-object.ts'
import {
  HEALTH_SHAPE,
  LOAD_BALANCER_SHAPE,
  LOAD_SHAPE,
  PROXY_SHAPE,
  RESTART_SHAPE,
  retryOf,
  SERVER_SHAPE,
  SHUTDOWN_SHAPE,
  schemaReference,
  socketDir,
} from './shapes.ts'
import type { HealthSpec, LoadSpec, RestartSpec, ShutdownSpec } from './types.ts'
import { quote } from './visible.ts'

export const NODE_DEFAULTS_SHAPE = {
  loadBalancer: object(LOAD_BALANCER_SHAPE),
  proxy: object(PROXY_SHAPE),
  server: object(SERVER_SHAPE),
}

/** The keys of the file. */
export const FILE_SHAPE = {
  $schema: schemaReference,
  socketDir,
  defaults: object(NODE_DEFAULTS_SHAPE),
  loadBalancers: list(loadBalancerEntry, 1, '{ "id": "lb" }'),
  proxies: list(proxyEntry, 0, '{ "id": "proxy-1" }'),
  servers: list(serverEntry, 1, '{ "id": "server-1" }'),
  load: object(LOAD_SHAPE),
  health: object(HEALTH_SHAPE),
  restart: object(RESTART_SHAPE),
  shutdown: object(SHUTDOWN_SHAPE),
}

/** The entries of each role; null where the list could not be read. */
export interface Entries {
  readonly loadBalancers: ListValues<EntryOf<typeof LOAD_BALANCER_SHAPE>> | null
  readonly proxies: ListValues<EntryOf<typeof PROXY_SHAPE>> | null
  readonly servers: ListValues<EntryOf<typeof SERVER_SHAPE>> | null
}

export interface FileValues {
  readonly socketDir: string
  readonly socketDirPlace: Place
  readonly nodeDefaults: Values<typeof NODE_DEFAULTS_SHAPE>
  readonly entries: Entries
  readonly load: LoadSpec
  readonly health: HealthSpec
  readonly restart: RestartSpec
  readonly shutdown: ShutdownSpec
}

const readKeys = object(FILE_SHAPE)

/** Null where the file holds no object. What could not be read is reported and stands as its default. */
export function readFile(tree: JsonNode, report: Report): FileValues | null {
  const example = serverExample(tree)
  const values = readKeys(tree, problem => {
    const lacksServers = problem.code === 'EMPTY_LIST' && problem.path === 'servers'
    report(lacksServers ? { ...problem, hint: `add ${example}` } : problem)
  })
  if (!values) return null
  requireKey(tree, 'loadBalancers', 'add "loadBalancers": [{ "id": "lb" }]', report)
  requireKey(tree, 'servers', `add "servers": [${example}]`, report)
  checkOrders(tree, report)
  const proxiesLeftOut = hasKeyLike(tree, 'proxies') ? null : { items: [], isWhole: true }
  return {
    socketDir: values.socketDir ?? DEFAULTS.socketDir,
    socketDirPlace: memberOf(tree, 'socketDir')?.place ?? NOWHERE,
    nodeDefaults: values.defaults ?? {},
    entries: {
      loadBalancers: values.loadBalancers ?? null,
      proxies: values.proxies ?? proxiesLeftOut,
      servers: values.servers ?? null,
    },
    load: makeLoad({ ...LOAD_DEFAULTS, ...values.load }),
    health: makeHealth({ ...HEALTH_DEFAULTS, ...values.health }),
    restart: makeRestart({ ...RESTART_DEFAULTS, ...values.restart }),
    shutdown: { drainTimeoutMs: { ...SHUTDOWN_DEFAULTS, ...values.shutdown }.drainTimeout },
  }
}

/** A server that can stand in this file: beside proxies it must say which of them it stands behind. */
function serverExample(tree: JsonNode): string {
  const proxies = memberOf(tree, 'proxies')
  const first = proxies?.kind === 'array' ? proxies.items[0] : undefined
  const id = first && memberOf(first, 'id')
  if (!first || id?.kind !== 'string') return '{ "id": "server-1" }'
  const number = memberOf(first, 'replicas') ? '-1' : ''
  return `{ "id": "server-1", "behind": ${quote(id.value + number)} }`
}

const LOAD_DEFAULTS = readDefaults(LOAD_SHAPE, DEFAULTS.load)
const HEALTH_DEFAULTS = readDefaults(HEALTH_SHAPE, DEFAULTS.health)
const RESTART_DEFAULTS = readDefaults(RESTART_SHAPE, DEFAULTS.restart)
const SHUTDOWN_DEFAULTS = readDefaults(SHUTDOWN_SHAPE, DEFAULTS.shutdown)

function makeLoad(values: Complete<typeof LOAD_SHAPE>): LoadSpec {
  const { rate, connections, payloadBytes, arrivals, idempotent, timeout } = values
  return { rate, connections, payloadBytes, arrivals, idempotent, timeoutMs: timeout, ...retryOf(values) }
}

function makeHealth(values: Complete<typeof HEALTH_SHAPE>): HealthSpec {
  const { interval, timeout, successRateWindow, ejectionTime, ejectionTimeMax, slowStart, ...counts } = values
  return {
    ...counts,
    intervalMs: interval,
    timeoutMs: timeout,
    successRateWindowMs: successRateWindow,
    ejectionTimeMs: ejectionTime,
    ejectionTimeMaxMs: ejectionTimeMax,
    slowStartMs: slowStart,
  }
}

function makeRestart({ delayMin, delayMax, heartbeatTimeout }: Complete<typeof RESTART_SHAPE>): RestartSpec {
  return { delayMinMs: delayMin, delayMaxMs: delayMax, heartbeatTimeoutMs: heartbeatTimeout }
}
