/**
 * Keeps one link to one upstream: dials, dials again when it is lost, and changes over to a new process of the node
 * without a gap, by opening the new link before leaving the old one.
 */
import type { Timer } from '../base/clock.ts'
import type { SilenceLimits } from '../health/silence.ts'
import type { Transport } from '../transport/transport.ts'
import type { World } from '../transport/world.ts'
import type { LinkEnd, LinkSetting } from './link.ts'
import { type AnswerSink, UpstreamLink } from './upstream-link.ts'

/** gRPC's shape of reconnection (factor 1.6, jitter 0.2), at the scale of a local socket. */
const BACKOFF_MS_MIN = 10
const BACKOFF_MS_MAX = 1_000
const BACKOFF_FACTOR = 1.6
const BACKOFF_JITTER = 0.2
/** A full backlog empties as soon as its process runs: dialled again after 1, 2, 4 … ms, before it counts as failed. */
const BUSY_BACKOFF_MS_MIN = 1
const BUSY_BACKOFF_MS_MAX = 64
/** A link that lived this long was no failed attempt. */
const STABLE_MS = 1_000

export interface DialerOwner {
  /** `link()` may have changed, or whether it is usable. */
  onUpstreamChange(cause: string): void
  /** A link is gone, and with it every request that it still owed. */
  onLinkLost(link: UpstreamLink): void
}

export class Dialer {
  /** Where new requests go; null while there is none. */
  link: UpstreamLink | null = null
  private dialling: UpstreamLink | null = null
  /** Links that finish what they owe. */
  private leaving: UpstreamLink[] = []
  private retry: Timer | null = null
  private backoffMs = BACKOFF_MS_MIN
  private busyBackoffMs = BUSY_BACKOFF_MS_MIN
  private openedMs = -Infinity
  /** When a dial was last put off: a link opened since then ends a series of failures. */
  private scheduledMs = -Infinity
  private isRetired = false
  private readonly world: World
  private readonly setting: LinkSetting
  private readonly limits: SilenceLimits
  private readonly address: string
  private readonly sink: AnswerSink
  private readonly owner: DialerOwner

  /** `sink` gets the answers of every link that this dialer ever has. */
  constructor(
    world: World,
    setting: LinkSetting,
    limits: SilenceLimits,
    address: string,
    sink: AnswerSink,
    owner: DialerOwner,
  ) {
    this.world = world
    this.setting = setting
    this.limits = limits
    this.address = address
    this.sink = sink
    this.owner = owner
  }

  /** Dials now, unless a link stands or is being dialled: for the start, and when a new process is known to listen. */
  connect(): void {
    if (!this.link && !this.dialling && !this.isRetired) this.dial()
  }

  /**
   * A process of this generation listens at the address: changes over to it, leaving the old link only when the new
   * one stands. False where the link already is to that process, or a later one.
   */
  renew(generation: number): boolean {
    if (this.link?.peer && this.link.peer.generation >= generation) return false
    if (this.isRetired) return true
    // What is being dialled may still be the process before, which would be left only when it drains.
    const stale = this.dialling
    this.dial()
    stale?.close('local', '')
    return true
  }

  /** Sends nothing new; closes when nothing is owed. */
  retire(): void {
    this.isRetired = true
    this.retry?.cancel()
    this.dialling?.close('local', '')
    if (this.link) this.leave(this.link)
  }

  /** Leaves its link as `retire` does, until `resume`. */
  pause(): void {
    this.retire()
    this.retry = null
  }

  /** Dials anew after `pause`. */
  resume(): void {
    this.isRetired = false
    this.connect()
  }

  /** Closes at once. */
  stop(): void {
    this.isRetired = true
    this.retry?.cancel()
    for (const link of [this.dialling, this.link, ...this.leaving]) link?.close('local', '')
  }

  tick(nowMs: number, lateMs = 0): void {
    this.link?.tick(nowMs, lateMs)
    for (const link of this.leaving) {
      if (link.outstanding === 0) link.finish()
      else link.tick(nowMs, lateMs)
    }
  }

  /** Also between two tries at a listener whose backlog is full: how the dial ends is open. */
  isDialling(): boolean {
    return this.dialling !== null || (this.retry !== null && this.busyBackoffMs > BUSY_BACKOFF_MS_MIN)
  }

  /** Nothing is left to wait for after `retire`. */
  isGone(): boolean {
    return this.isRetired && !this.link && !this.dialling && this.leaving.length === 0
  }

  onLinkOpen(link: UpstreamLink): void {
    if (this.link) this.leave(this.link)
    this.dialling = null
    this.busyBackoffMs = BUSY_BACKOFF_MS_MIN
    this.link = link
    this.openedMs = link.nowMs
    this.owner.onUpstreamChange('connected')
  }

  onLinkChange(link: UpstreamLink): void {
    if (link !== this.link || this.isRetired) return
    // Its node is going, or being replaced: whoever listens at the address now is the next.
    if (link.isDraining) this.scheduleDial()
    this.owner.onUpstreamChange(causeOf(link))
  }

  onLinkClosed(link: UpstreamLink, end: LinkEnd): void {
    if (link === this.dialling || link === this.link) this.loseCurrent(link, end)
    else this.leaving = this.leaving.filter(other => other !== link)
    // Last: whoever sends anew as its requests end must find that the link is gone.
    this.owner.onLinkLost(link)
  }

  private loseCurrent(link: UpstreamLink, end: LinkEnd): void {
    if (link === this.dialling) this.dialling = null
    else this.link = null
    // Also where the old link still stands: the change-over is still due.
    if (end.cause === 'busy' && this.busyBackoffMs <= BUSY_BACKOFF_MS_MAX) this.dialSoon()
    else this.scheduleDial()
    this.owner.onUpstreamChange(describeEnd(end))
  }

  private leave(link: UpstreamLink): void {
    this.link = null
    this.leaving.push(link)
    if (link.outstanding === 0) link.finish()
  }

  private dial(): void {
    this.retry?.cancel()
    this.retry = null
    const link = new UpstreamLink(this.setting, this.limits, this.sink, this)
    this.dialling = link
    const transport: Transport = this.world.transport
    link.attach(transport.dial(this.address, link))
  }

  private dialSoon(): void {
    if (this.isRetired) return
    this.redialAfter(this.busyBackoffMs)
    this.busyBackoffMs *= 2
  }

  /** Later and later while links do not last, so that a node that is down is not hammered. */
  private scheduleDial(): void {
    if (this.retry || this.dialling || this.isRetired) return
    this.busyBackoffMs = BUSY_BACKOFF_MS_MIN
    if (this.world.clock.nowMs() - this.openedMs >= STABLE_MS && this.openedMs > this.scheduledMs) {
      this.backoffMs = BACKOFF_MS_MIN
    }
    this.scheduledMs = this.world.clock.nowMs()
    const jitter = 1 + BACKOFF_JITTER * (2 * this.world.rng.float() - 1)
    this.redialAfter(Math.round(this.backoffMs * jitter))
    this.backoffMs = Math.min(this.backoffMs * BACKOFF_FACTOR, BACKOFF_MS_MAX)
  }

  private redialAfter(delayMs: number): void {
    this.retry?.cancel()
    this.retry = this.world.clock.after(delayMs, () => {
      this.retry = null
      this.dial()
    })
  }
}

function causeOf(link: UpstreamLink): string {
  if (link.givenUp) return describeEnd(link.givenUp)
  if (link.isDraining) return 'draining'
  return link.isSilent ? link.silentBecause : 'heard'
}

function describeEnd({ cause, detail }: LinkEnd): string {
  return detail === '' ? cause : `${cause} (${detail})`
}
