/**
 * A topology as the text of a file that means the same: every node and every value written out, durations with their
 * units. `parse` of it gives the topology again, or says what is wrong with one that no file has made.
 */
import { formatDuration, parseDurationMs } from '../base/units.ts'
import { YIELDING } from './check-orders.ts'
import type { ServiceTime } from './service-time.ts'
import { keyOf } from './spec-fields.ts'
import type { NodeSpec, PolicySpec, Role, Topology } from './types.ts'

type Written = Readonly<Record<string, unknown>>

/** One line for each node and each block, with a newline at the end. */
export function write(topology: Topology): string {
  const { socketDir, nodes, load, health, restart, shutdown } = topology
  const listOf = (role: Role) => nodes.filter(node => node.role === role).map(writtenNode)
  const keys: Written = {
    socketDir,
    loadBalancers: listOf('load-balancer'),
    proxies: listOf('proxy'),
    servers: listOf('server'),
    load: writtenFields(load),
    health: writtenFields(health),
    restart: writtenFields(restart),
    shutdown: writtenFields(shutdown),
  }
  const lines = Object.entries(keys).map(([key, value]) => `  ${JSON.stringify(key)}: ${textOf(value)}`)
  return `{\n${lines.join(',\n')}\n}\n`
}

function textOf(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return JSON.stringify(value)
  return `[\n${value.map(item => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`
}

function writtenNode(node: NodeSpec): Written {
  const { role, weight, admin, behind, ...own } = node
  // A load balancer stands behind the clients alone, and has nothing to weigh against.
  if (role === 'load-balancer') return writtenFields(own)
  return writtenFields({ ...own, behind: behind.length === 1 ? behind[0] : behind, weight, admin })
}

function writtenFields(spec: object): Written {
  const keys = Object.entries(spec).map(([field, value]) => [keyOf(field), writtenValue(field, value)] as const)
  const isAbove = (lower: string, upper: string) => msIn(keys, lower) > msIn(keys, upper)
  // A default that gives way to what the file says must stay unwritten to do so.
  const yielding = YIELDING.filter(({ lower, upper }) => isAbove(lower, upper)).map(({ lower }) => lower)
  return Object.fromEntries(keys.filter(([key]) => !yielding.includes(key)))
}

function msIn(keys: readonly (readonly [string, unknown])[], key: string): number {
  const written = keys.find(([name]) => name === key)?.[1]
  return typeof written === 'string' ? (parseDurationMs(written) ?? Number.NaN) : Number.NaN
}

function writtenValue(field: string, value: unknown): unknown {
  if (field.endsWith('Ms')) return writtenDuration(value as number)
  if (field === 'serviceTime') return writtenServiceTime(value as ServiceTime)
  return field === 'policy' ? writtenPolicy(value as PolicySpec) : value
}

/** As people write it where that says exactly as much. */
function writtenDuration(durationMs: number): string {
  const short = formatDuration(durationMs)
  return parseDurationMs(short) === durationMs ? short : `${durationMs}ms`
}

function writtenPolicy({ name, ...parameters }: PolicySpec): unknown {
  return Object.keys(parameters).length === 0 ? name : { name, ...writtenFields(parameters) }
}

function writtenServiceTime(serviceTime: ServiceTime): unknown {
  switch (serviceTime.kind) {
    case 'fixed':
      return writtenDuration(serviceTime.valueMs)
    case 'exponential':
      return { exponential: writtenDuration(serviceTime.meanMs) }
    case 'lognormal':
      return { lognormal: { p50: writtenDuration(serviceTime.p50Ms), p99: writtenDuration(serviceTime.p99Ms) } }
    case 'empirical':
      return { empirical: serviceTime.valuesMs.map(writtenDuration) }
  }
}
