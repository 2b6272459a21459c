/** How long anybody waits for an answer: time-outs as they add up along the ways from the clients to a node. */
import { sortByBehind } from './graph.ts'
import type { Sound } from './judged.ts'
import { rateOf } from './judged.ts'
import type { ForwarderSpec, NodeId, RetrySpec } from './types.ts'
import { quote } from './visible.ts'

/** The longest, and what sets it. */
export interface Patience {
  readonly ms: number
  /** The key that sets it, as a message calls it: `load.timeout`, `the attemptTimeout of "lb"`. */
  readonly by: string
}

const ENDLESS: Patience = { ms: Number.POSITIVE_INFINITY, by: 'nothing' }

/** Of those in front of each node the most patient: whatever takes longer is never waited for. */
export function patienceBefore(sound: Sound): ReadonlyMap<NodeId, Patience> {
  const { load, nodes } = sound.topology
  const ofClients = rateOf(sound) === 0 ? ENDLESS : limitOf(load, key => `load.${key}`)
  const before = new Map<NodeId, Patience>()
  const of = new Map<NodeId, Patience>()
  for (const node of sortByBehind(nodes).sorted) {
    const inFront = node.behind.map(id => of.get(id)!).reduce(longer, { ms: 0, by: '' })
    const own = node.role === 'load-balancer' ? ofClients : inFront
    before.set(node.id, own)
    if (node.role !== 'server') of.set(node.id, shorter(own, patienceOf(node)))
  }
  return before
}

function patienceOf(node: ForwarderSpec): Patience {
  return limitOf(node, key => `the ${key} of ${quote(node.id)}`)
}

/** What one attempt is given. */
function limitOf(spec: RetrySpec & { timeoutMs: number }, nameOf: (key: string) => string): Patience {
  const whole = { ms: spec.timeoutMs, by: nameOf('timeout') }
  return spec.attempts > 1 ? shorter(whole, { ms: spec.attemptTimeoutMs, by: nameOf('attemptTimeout') }) : whole
}

function shorter(a: Patience, b: Patience): Patience {
  return b.ms < a.ms ? b : a
}

function longer(a: Patience, b: Patience): Patience {
  return b.ms > a.ms ? b : a
}
