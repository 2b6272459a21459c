/** How long anybody waits for an answer: time-outs as they add up along the ways from the clients to a node. */
import { sortByBehind } from './graph.ts'
import type { Sound } from './judged.ts'
import { rateOf } from './judged.ts'
import type { NodeId, RetrySpec } from './types.ts'
import { quote } from './visible.ts'

/** The longest, and what sets it. */
export interface Patience {
  readonly ms: number
  /** The key that sets it, as a message calls it: `load.timeout`, `the attemptTimeout of "lb"`. */
  readonly by: string
}

const ENDLESS: Patience = { ms: Number.POSITIVE_INFINITY, by: 'nothing' }

/**
 * Of those in front of each node the most patient: with the last attempt, which has all that is left of the deadline,
 * or with each attempt that another may follow.
 */
export function patienceBefore(sound: Sound, attempt: 'last attempt' | 'each attempt'): ReadonlyMap<NodeId, Patience> {
  const { load, nodes } = sound.topology
  const limitOf = attempt === 'last attempt' ? deadlineOf : attemptLimitOf
  const ofClients = rateOf(sound) === 0 ? ENDLESS : limitOf(load, key => `load.${key}`)
  const before = new Map<NodeId, Patience>()
  const of = new Map<NodeId, Patience>()
  for (const node of sortByBehind(nodes).sorted) {
    const inFront = node.behind.map(id => of.get(id)!).reduce(longer, { ms: 0, by: '' })
    const own = node.role === 'load-balancer' ? ofClients : inFront
    before.set(node.id, own)
    if (node.role !== 'server')
      of.set(
        node.id,
        shorter(
          own,
          limitOf(node, key => `the ${key} of ${quote(node.id)}`),
        ),
      )
  }
  return before
}

type Limits = RetrySpec & { readonly timeoutMs: number }
type NameOf = (key: string) => string

function deadlineOf(spec: Limits, nameOf: NameOf): Patience {
  return { ms: spec.timeoutMs, by: nameOf('timeout') }
}

function attemptLimitOf(spec: Limits, nameOf: NameOf): Patience {
  const whole = deadlineOf(spec, nameOf)
  return spec.attempts > 1 ? shorter(whole, { ms: spec.attemptTimeoutMs, by: nameOf('attemptTimeout') }) : whole
}

function shorter(a: Patience, b: Patience): Patience {
  return b.ms < a.ms ? b : a
}

function longer(a: Patience, b: Patience): Patience {
  return b.ms > a.ms ? b : a
}
