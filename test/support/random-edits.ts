/** Edits of a topology file by chance, as somebody makes them who tries things out: each leaves a file that is good. */

import { deepEqual } from '../../src/base/equal.ts'
import type { Rng } from '../../src/base/rng.ts'
import { parse } from '../../src/topology/parse.ts'
import type { Topology } from '../../src/topology/types.ts'
import { toText, type Written } from './processes.ts'
import { parsed } from './topology.ts'

const SERVERS_MAX = 12
const PROXIES_MAX = 4
const POLICIES = ['round-robin', 'weighted-round-robin', 'random', 'least-connections', 'power-of-two', 'peak-ewma']

interface Draft {
  readonly topology: Written
  readonly rng: Rng
  /** Numbers of nodes are not used again: a node that comes back is another story. */
  readonly newId: (role: string) => string
}

type Edit = (draft: Draft) => string

const pick = <T>(rng: Rng, all: readonly T[]): T => all[rng.int(all.length)]!

const EDITS: readonly Edit[] = [
  ({ topology, rng, newId }) => {
    const server = { id: newId('server'), behind: pick(rng, topology.proxies as Written[]).id }
    if (topology.servers.length < SERVERS_MAX) topology.servers.push(server)
    return `add ${server.id}`
  },
  ({ topology, rng }) => {
    const { id } = pick(rng, topology.servers as Written[])
    topology.servers = topology.servers.filter((server: Written) => server.id !== id)
    return `remove ${id}`
  },
  ({ topology, rng }) => {
    const server = pick(rng, topology.servers as Written[])
    server.behind = pick(rng, topology.proxies as Written[]).id
    return `move ${server.id} behind ${server.behind}`
  },
  ({ topology, rng, newId }) => {
    const id = newId('proxy')
    if (topology.proxies.length < PROXIES_MAX) topology.proxies.push({ id })
    pick(rng, topology.servers as Written[]).behind = id
    return `add ${id} in front of a server`
  },
  ({ topology, rng }) => {
    const { id } = pick(rng, topology.proxies as Written[])
    const others = topology.proxies.filter((proxy: Written) => proxy.id !== id)
    if (others.length > 0) topology.proxies = others
    for (const server of topology.servers) if (server.behind === id) server.behind = topology.proxies[0].id
    return `remove ${id}`
  },
  ({ topology, rng }) => {
    const server = pick(rng, topology.servers as Written[])
    server.serviceTime = `${rng.int(4)}ms`
    return `serve by ${server.id} in ${server.serviceTime}`
  },
  ({ topology, rng }) => {
    const node = pick(rng, [...topology.servers, ...topology.proxies])
    node.weight = 1 + rng.int(5)
    return `weigh ${node.id} as ${node.weight}`
  },
  ({ topology, rng }) => {
    const node = pick(rng, [...topology.loadBalancers, ...topology.proxies])
    node.policy = pick(rng, POLICIES)
    return `balance at ${node.id} by ${node.policy}`
  },
]

export interface MadeEdit {
  readonly what: string
  readonly text: string
  readonly topology: Topology
}

/** A maker of edits: the next version of the file, made of the last one. */
export function makeEdits(first: Written, rng: Rng): () => MadeEdit {
  let topology = structuredClone(first)
  let running: Topology = parsed(toText(first))
  let number = 100
  const newId = (role: string) => `${role}-${number++}`
  return () => {
    for (;;) {
      const draft = structuredClone(topology)
      const what = pick(rng, EDITS)({ topology: draft, rng, newId })
      const text = toText(draft)
      const result = parse(text)
      // Such as the removal of a proxy's only server, or a default that is written out.
      if (!result.ok || deepEqual(result.topology, running)) continue
      topology = draft
      running = result.topology
      return { what, text, topology: running }
    }
  }
}
