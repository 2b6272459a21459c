/** A node that runs, in a process or in virtual time: a (wiring, world) made alive. */
import type { LinkEvent } from '../link/link.ts'
import type { NodeCounters, UpstreamEvent } from '../stats/reports.ts'
import type { Wiring } from '../topology/types.ts'
import type { World } from '../transport/world.ts'
import { makeForwarder } from './forwarder.ts'
import { makeServer } from './server.ts'

export interface RunningNode {
  /**
   * Changes over to the new wiring without losing a request. The id, role and socket do not change. `done` is called
   * once, when every new upstream has been connected to, or could not be.
   */
  apply(wiring: Wiring, done: () => void): void
  /** The account of this life so far. */
  counters(): NodeCounters
  /** Takes nothing new, finishes what it has, closes its links and gives its address back; then calls `done` once. */
  drain(done: () => void): void
  /** Ends at once, whatever is in flight. */
  stop(): void
}

/** What a node says while it runs; each at most a few times a second. */
export interface NodeListener {
  /** The address can be dialled and the upstreams have been (null), or why not. Once. */
  onReady(problem: string | null): void
  /** An upstream began or ceased to be used, or all of them are used otherwise than before. */
  onUpstreamEvent(event: UpstreamEvent): void
  /** A connection, to whomever, stands or is over; as often as strangers like. */
  onLink?(event: LinkEvent): void
}

export function makeNode(wiring: Wiring, world: World, listener: NodeListener): RunningNode {
  return wiring.spec.role === 'server' ? makeServer(wiring, world, listener) : makeForwarder(wiring, world, listener)
}
