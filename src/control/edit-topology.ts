/** What an operator's command makes of the topology that runs. Whether the result can run, the parser says. */
import { assert } from '../base/assert.ts'
import { parse } from '../topology/parse.ts'
import { POLICY_NAMES } from '../topology/policy-names.ts'
import { policySpec } from '../topology/read-policy.ts'
import type { NodeId, NodeSpec, ParseResult, ServerSpec, Topology } from '../topology/types.ts'
import type { Command } from './command.ts'

/** Those that are a change of the topology. */
export type EditCommand = Command & {
  readonly name: 'drain' | 'ready' | 'maintenance' | 'weight' | 'policy' | 'rate' | 'add' | 'remove'
}

/** Why no topology can come of it, whatever else runs; null where one may. `fileText`: as for `editTopology`. */
export function editProblem(command: EditCommand, { nodes }: Topology, fileText: string): string | null {
  if (command.name === 'rate') return null
  const node = nodes.find(({ id }) => id === command.node)
  if (command.name === 'add')
    return node ? `there is a ${node.role.replace('-', ' ')} ${node.id} already` : badDefaults(fileText)
  if (!node) return `${command.node} has been removed`
  if (command.name === 'policy' && node.role === 'server') {
    const forwarders = nodes.filter(({ role }) => role !== 'server').map(({ id }) => id)
    return `${node.id} is a server, and has nobody to choose among; policies are of ${forwarders.join(', ')}`
  }
  if (node.role !== 'load-balancer') return null
  if (command.name === 'weight') return `${node.id} is a load balancer: the clients take turns, whatever weighs what`
  if (command.name === 'policy' || command.name === 'remove') return null
  return `${node.id} is a load balancer, which is always ready; remove it, or take the load off: rate 0`
}

/** Why the parser will not have what is left, in the words of who removes something; null where it says so itself. */
export function whyKept(id: NodeId, { nodes }: Topology): string | null {
  const left = nodes.filter(node => node.id !== id)
  const orphans = left.filter(({ behind }) => behind.length === 1 && behind[0] === id).map(node => node.id)
  if (orphans.length > 0) {
    const stand = orphans.length > 1 ? `and ${orphans.length - 1} more stand` : 'stands'
    return `${id} cannot go alone: ${orphans[0]} ${stand} behind nobody else; move or remove all in one edit of the file`
  }
  const behind = nodes.find(node => node.id === id)?.behind ?? []
  const bare = behind.find(parent => !left.some(node => node.behind.includes(parent)))
  if (bare === undefined) return null
  return `${id} cannot go alone: it is the last behind ${bare}; add a server there first, or remove both in one edit of the file`
}

/** `fileText`: the version of the file that holds, for its defaults. */
export function editTopology(command: EditCommand, running: Topology, fileText: string): Topology {
  switch (command.name) {
    case 'drain':
    case 'ready':
    case 'maintenance':
      return withNode(running, command.node, { admin: command.name })
    case 'weight':
      return withNode(running, command.node, { weight: command.weight })
    case 'policy':
      return withNode(running, command.node, { policy: policySpec(policyNamed(command.policy)) })
    case 'rate':
      return { ...running, load: { ...running.load, rate: command.rate } }
    case 'add':
      return { ...running, nodes: [...running.nodes, newServer(command.node, command.behind, fileText)] }
    case 'remove':
      return without(running, command.node)
  }
}

function withNode(running: Topology, id: NodeId, fields: Partial<NodeSpec> | object): Topology {
  return {
    ...running,
    nodes: running.nodes.map(node => (node.id === id ? ({ ...node, ...fields } as NodeSpec) : node)),
  }
}

/** The reader of commands lets no other name pass. */
function policyNamed(name: string) {
  return POLICY_NAMES.find(known => known === name)!
}

/** As if it stood in the file, with no key but its id and whom it stands behind. */
function newServer(id: NodeId, behind: readonly NodeId[], fileText: string): ServerSpec {
  const parsed = parseServer(fileText)
  assert(parsed.ok, 'who adds a server has asked for the problem before')
  return { ...(parsed.topology.nodes.at(-1) as ServerSpec), id, behind }
}

/** Servers may all write something else than `defaults`, which is then good for no other. */
function badDefaults(fileText: string): string | null {
  const parsed = parseServer(fileText)
  return parsed.ok ? null : `${parsed.problems[0].message}: a new server has the defaults of the file`
}

/** The defaults of servers, in the last of a file that asks for nothing else. */
function parseServer(fileText: string): ParseResult {
  const { defaults = {} } = JSON.parse(fileText) as { defaults?: { server?: object } }
  const servers = [{ id: 'b', weight: 1 }, { id: 'c' }] // of several, one may have weight 0
  return parse(JSON.stringify({ loadBalancers: [{ id: 'a' }], servers, defaults: { server: defaults.server } }))
}

/** Whoever stands behind others as well stays; whoever stands behind it alone cannot, and is named as the problem. */
function without({ nodes, ...rest }: Topology, id: NodeId): Topology {
  const kept = nodes.filter(node => node.id !== id)
  return {
    ...rest,
    nodes: kept.map(node => {
      const behind = node.behind.filter(parent => parent !== id)
      return behind.length === 0 ? node : { ...node, behind }
    }),
  }
}
