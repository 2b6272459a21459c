/** Topologies for tests: what the parser makes of the few keys that a test cares about. */
import { parse } from '../../src/topology/parse.ts'
import type { HealthSpec, LoadSpec, Topology, UpstreamSpec } from '../../src/topology/types.ts'

/** The topology that a file's text describes; throws the problems where it describes none. */
export function parsed(text: string): Topology {
  const result = parse(text)
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2))
  return result.topology
}

/** One load balancer `lb` unless the keys say otherwise, and whatever else they say. */
export function topologyOf(keys: Readonly<Record<string, unknown>>): Topology {
  return parsed(JSON.stringify({ loadBalancers: [{ id: 'lb' }], ...keys }))
}

/** The topology of the README: a load balancer, two proxies, three servers behind each. */
export function nineNodes(): Topology {
  return topologyOf({
    proxies: [{ id: 'proxy-1' }, { id: 'proxy-2' }],
    servers: [1, 2, 3, 4, 5, 6].map(number => ({
      id: `server-${number}`,
      behind: number <= 3 ? 'proxy-1' : 'proxy-2',
    })),
  })
}

/** What a file that says nothing of them gets. */
export const HEALTH: HealthSpec = nineNodes().health
export const LOAD: LoadSpec = nineNodes().load

/** An upstream as a wiring names it, listening at its own id. */
export function upstreamSpec(id: string, keys: Partial<UpstreamSpec> = {}): UpstreamSpec {
  return { id, socket: id, weight: 1, backup: false, admin: 'ready', generation: 1, ...keys }
}
