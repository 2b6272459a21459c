/**
 * One traced request, cut into the parts of its way. Each part ends where the next begins, so that together they are
 * its response time, to the microsecond: that is what stamps are rounded to. Pure.
 */
import type { EndedRequest } from '../stats/request-report.ts'
import type { TracedAttempt, TracedHop } from '../wire/trace.ts'

/**
 * The parts of a hop, in the order of the way. A client has `queue`, `failed` and `nodeTo`; a forwarder all but
 * `service`; a server `socketTo`, `queue`, `service` and `socketBack`.
 *
 * - `socketTo`: from its handing to the socket by the one before until it was read here.
 * - `queue`: until its turn, without what failed attempts took. Of a client from the planned send.
 * - `failed`: its attempts from here that failed.
 * - `nodeTo`: from its turn until it was handed to the socket: the rest of what the node did in that turn.
 * - `service`: from its turn until its answer was handed to the socket.
 * - `nodeBack`: from the reading of the answer until that was handed to the socket.
 * - `socketBack`: until the answer was read by the one before.
 */
export const PARTS = ['socketTo', 'queue', 'failed', 'nodeTo', 'service', 'nodeBack', 'socketBack'] as const
export type Part = (typeof PARTS)[number]

export interface HopParts {
  /** Null: the client. */
  readonly node: string | null
  /** In whole microseconds, none below 0. */
  readonly us: Partial<Record<Part, number>>
}

export interface RequestParts {
  readonly responseUs: number
  /** The client first. */
  readonly hops: readonly HopParts[]
  /**
   * A stamp lay before the one that it follows, or after the end, by more than rounding, and was counted as that one:
   * the clocks of processes are read one after the other when they start, and may differ by some microseconds.
   */
  readonly isMoved: boolean
}

/** A stamp that is a sum of two rounded times. */
const ROUNDING_US = 1

/** Of a request that was answered. Null: its trace is cut, and does not tell the whole way. */
export function partsOf(request: EndedRequest): RequestParts | null {
  const { plannedMs, endedMs, sentMs, leftMs, attempts } = request
  const nodes = request.trace.toReversed()
  if (sentMs === null || !isWhole(attempts, nodes)) return null
  const cuts = new Cuts(toUs(plannedMs), toUs(endedMs))
  const client = { ...cuts.wait(sentMs, attempts), nodeTo: cuts.to(toUs(leftMs ?? sentMs)) }
  const there = nodes.map(hop => partsThere(cuts, hop))
  const readUs = [toUs(endedMs), ...nodes.slice(0, -1).map(answerReadUs)]
  const back = nodes.map(() => ({}))
  for (let i = nodes.length - 1; i >= 0; i--) back[i] = partsBack(cuts, nodes[i]!, readUs[i]!)
  const hops = nodes.map(({ node }, i) => ({ node, us: { ...there[i], ...back[i] } }))
  return { responseUs: cuts.wholeUs, hops: [{ node: null, us: client }, ...hops], isMoved: cuts.isMoved }
}

/** Whoever was sent to last is who told next, and the last sent it to nobody. */
function isWhole(attempts: readonly TracedAttempt[], nodes: readonly TracedHop[]): boolean {
  const senders = [attempts, ...nodes.map(hop => hop.attempts)]
  return nodes.length > 0 && senders.every((tries, i) => tries.at(-1)?.node === nodes[i]?.node)
}

function partsThere(cuts: Cuts, { inMs, begunMs, leftMs, attempts }: TracedHop): HopParts['us'] {
  const socketTo = cuts.to(toUs(inMs))
  const { queue, failed } = cuts.wait(begunMs, attempts)
  if (attempts.length === 0) return { socketTo, queue }
  return { socketTo, queue, failed, nodeTo: cuts.to(toUs(leftMs)) }
}

function partsBack(cuts: Cuts, { outMs, attempts }: TracedHop, readUs: number): HopParts['us'] {
  const insideUs = cuts.to(toUs(outMs))
  const socketBack = cuts.to(readUs)
  return attempts.length === 0 ? { service: insideUs, socketBack } : { nodeBack: insideUs, socketBack }
}

/** When a forwarder read the answer that it passed on. */
const answerReadUs = ({ begunMs, attempts }: TracedHop): number => toUs(begunMs) + toUs(attempts.at(-1)!.ms)

/** The way from its beginning to its end, from one stamp to the next: never back, and never past the end. */
class Cuts {
  readonly wholeUs: number
  isMoved = false
  private atUs: number
  private readonly endUs: number

  constructor(startUs: number, endUs: number) {
    this.wholeUs = endUs - startUs
    this.atUs = startUs
    this.endUs = endUs
  }

  to(stampUs: number): number {
    const fromUs = this.atUs
    this.atUs = Math.min(Math.max(stampUs, fromUs), this.endUs)
    if (Math.abs(this.atUs - stampUs) > ROUNDING_US) this.isMoved = true
    return this.atUs - fromUs
  }

  /** Until its turn: with what attempts before the last took, which is told rounded up as well as down. */
  wait(begunMs: number, attempts: readonly TracedAttempt[]): { queue: number; failed: number } {
    const us = this.to(toUs(begunMs))
    const failed = Math.min(
      us,
      attempts.slice(0, -1).reduce((sum, { ms }) => sum + toUs(ms), 0),
    )
    return { queue: us - failed, failed }
  }
}

const toUs = (ms: number): number => Math.round(ms * 1_000)
