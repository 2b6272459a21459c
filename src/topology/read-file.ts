/** The file's outermost object: every block read, those left out filled in from the table of defaults. */
import { parseDurationMs } from '../base/units.ts'
import { DEFAULTS } from './defaults.ts'
import type { JsonNode, Place, Report } from './json-tree.ts'
import { memberOf, NOWHERE, problemAt } from './json-tree.ts'
import type { EntryOf } from './read-entry.ts'
import { loadBalancerEntry, proxyEntry, serverEntry } from './read-entry.ts'
import type { Complete, ListValues, Values } from './read-object.ts'
import { list, object, readDefaults, requireKey } from './read-object.ts'
import {
  HEALTH_SHAPE,
  LOAD_BALANCER_SHAPE,
  LOAD_SHAPE,
  PROXY_SHAPE,
  RESTART_SHAPE,
  SERVER_SHAPE,
  SHUTDOWN_SHAPE,
  schemaReference,
  socketDir,
} from './shapes.ts'
import type { HealthSpec, LoadSpec, RestartSpec, ShutdownSpec } from './types.ts'

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
  loadBalancers: list(loadBalancerEntry, 1),
  proxies: list(proxyEntry, 0),
  servers: list(serverEntry, 1),
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
  const values = readKeys(tree, report)
  if (!values) return null
  requireKey(tree, 'loadBalancers', 'add "loadBalancers": [{ "id": "lb" }]', report)
  requireKey(tree, 'servers', 'add "servers": [{ "id": "server-1" }]', report)
  const proxiesLeftOut = memberOf(tree, 'proxies') ? null : { items: [], isWhole: true }
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
    restart: makeRestart({ ...RESTART_DEFAULTS, ...values.restart }, tree, report),
    shutdown: { drainTimeoutMs: { ...SHUTDOWN_DEFAULTS, ...values.shutdown }.drainTimeout },
  }
}

const LOAD_DEFAULTS = readDefaults(LOAD_SHAPE, DEFAULTS.load)
const HEALTH_DEFAULTS = readDefaults(HEALTH_SHAPE, DEFAULTS.health)
const RESTART_DEFAULTS = readDefaults(RESTART_SHAPE, DEFAULTS.restart)
const SHUTDOWN_DEFAULTS = readDefaults(SHUTDOWN_SHAPE, DEFAULTS.shutdown)

function makeLoad({ timeout, ...values }: Complete<typeof LOAD_SHAPE>): LoadSpec {
  return { ...values, timeoutMs: timeout }
}

function makeHealth({ interval, timeout }: Complete<typeof HEALTH_SHAPE>): HealthSpec {
  return { intervalMs: interval, timeoutMs: timeout }
}

function makeRestart(values: Complete<typeof RESTART_SHAPE>, tree: JsonNode, report: Report): RestartSpec {
  const { delayMin, delayMax } = values
  if (delayMin > delayMax) reportReversed(tree, report)
  return { delayMinMs: delayMin, delayMaxMs: delayMax }
}

/** Reported at delayMin, or at delayMax where only that is written and the default is above it. */
function reportReversed(tree: JsonNode, report: Report): void {
  const block = memberOf(tree, 'restart')!
  const written = (key: 'delayMin' | 'delayMax') => {
    const node = memberOf(block, key)
    return node?.kind === 'string' && parseDurationMs(node.value) !== null ? node.value : DEFAULTS.restart[key]
  }
  const place = (memberOf(block, 'delayMin') ?? memberOf(block, 'delayMax') ?? block).place
  const message = `restart.delayMin, ${written('delayMin')}, is longer than restart.delayMax, ${written('delayMax')}`
  report(problemAt(place, 'RANGE_REVERSED', message))
}
