/**
 * What there is to tell of one request of the clients: how it ended, the way that it took, and where its time went.
 * Every millisecond of it is told once:
 *
 *     ms = waitMs + toMs, waitMs and backMs of each hop + what the last hop took after its waitMs
 */
import { errorName } from '../wire/error-code.ts'
import type { TracedAttempt, TracedHop } from '../wire/trace.ts'

/** A request that is over, as the clients know it. */
export interface EndedRequest {
  /** 1 for the first that was planned since these clients started. */
  readonly id: number
  /** 0: it was answered; else why not. */
  readonly code: number
  readonly plannedMs: number
  /** When its last attempt was sent; null: it never was. */
  readonly sentMs: number | null
  /** When that attempt was handed to its socket, with all else of its turn; as `sentMs` where it never was. */
  readonly leftMs?: number
  /** When its answer was read, or it was given up. */
  readonly endedMs: number
  readonly attempts: readonly TracedAttempt[]
  /** Of the nodes that its answer came by, the one that answered first. */
  readonly trace: readonly TracedHop[]
}

export interface RequestReport {
  readonly id: number
  readonly outcome: string
  /** From its planned send to its end. */
  readonly ms: number
  /** How often the clients sent it. */
  readonly attempts: number
  /** From its planned send until its last attempt left; of one that was never sent, all of `ms`. */
  readonly waitMs: number
  /** The attempts of the clients that failed. */
  readonly tried?: readonly TriedReport[]
  /** The nodes of the last attempt, as far as they are known, nearest first. */
  readonly path: string
  readonly hops: readonly HopReport[]
}

export interface TriedReport {
  readonly node: string
  readonly outcome: string
  readonly ms: number
}

/** Without times: it is known that the request was sent there, and nothing came back that tells more. */
export interface HopReport {
  readonly node: string
  /** In the node and behind it: from the request's arrival until the answer was ready to leave. */
  readonly ms?: number
  /** On the way to it: from the last send of the one before until the request was read. */
  readonly toMs?: number
  /** In the node, before it sent the request on for the last time or began to work on it. */
  readonly waitMs?: number
  /** On the way back: from the answer's readiness until the one before had it ready, or had it. */
  readonly backMs?: number
  /** The attempts from there that failed. */
  readonly tried?: readonly TriedReport[]
}

export function reportOf(request: EndedRequest): RequestReport {
  const { id, code, plannedMs, sentMs, endedMs, attempts, trace } = request
  const hops = hopsOf(request, trace.toReversed())
  return {
    id,
    outcome: outcomeOf(code),
    ms: span(plannedMs, endedMs),
    attempts: attempts.length,
    waitMs: span(plannedMs, sentMs ?? endedMs),
    ...triedOf(attempts),
    path: hops.map(hop => hop.node).join(' > '),
    hops,
  }
}

/** `trace`: nearest first. Whom somebody sent to, and who left no entry, is told by name where the next is not that one. */
function hopsOf({ sentMs, endedMs, attempts }: EndedRequest, trace: readonly TracedHop[]): HopReport[] {
  const hops: HopReport[] = []
  let before = { begunMs: sentMs ?? endedMs, outMs: endedMs, attempts }
  for (const hop of trace) {
    const sentTo = before.attempts.at(-1)?.node
    if (sentTo !== undefined && sentTo !== hop.node) hops.push({ node: sentTo })
    const { node, inMs, begunMs, outMs } = hop
    const [toMs, backMs] = [span(before.begunMs, inMs), span(outMs, before.outMs)]
    hops.push({ node, ms: span(inMs, outMs), toMs, waitMs: span(inMs, begunMs), backMs, ...triedOf(hop.attempts) })
    before = hop
  }
  const silent = before.attempts.at(-1)?.node
  if (silent !== undefined) hops.push({ node: silent })
  return hops
}

function triedOf(attempts: readonly TracedAttempt[]): { readonly tried?: readonly TriedReport[] } {
  const failed = attempts.filter(({ code }) => code !== 0)
  if (failed.length === 0) return {}
  return { tried: failed.map(({ node, code, ms }) => ({ node, outcome: outcomeOf(code), ms: toUs(ms) / 1_000 })) }
}

const outcomeOf = (code: number): string => (code === 0 ? 'answered' : errorName(code))

/** Each stamp is rounded as those of the wire are, so that none is found before one that it follows. */
const span = (fromMs: number, toMs: number): number => (toUs(toMs) - toUs(fromMs)) / 1_000

const toUs = (ms: number): number => Math.round(ms * 1_000)
