/** Listens at a node's address and keeps the links of whoever dials it; drains them when the node is to go. */
import { SenderCounts } from '../stats/senders.ts'
import type { Connection, ConnectionHandler, Listener } from '../transport/transport.ts'
import type { World } from '../transport/world.ts'
import { type DownstreamKeeper, DownstreamLink, type RequestSink } from './downstream-link.ts'
import type { LinkSetting } from './link.ts'

/** Further connections are closed as they come, which is better than running out of files for everybody. */
const CONNECTIONS_MAX = 1_024

/** For a connection that was closed as it came. */
const NOBODY: ConnectionHandler = { onBytes: () => {}, onWritable: () => {}, onEnd: () => {}, onClose: () => {} }

export interface AcceptorOwner extends RequestSink {
  /** A downstream has sent its last request, or is gone: `isDrained` may have become true. */
  onDownstreamQuiet(link: DownstreamLink): void
  /** A downstream is gone: nobody waits for the answers to what it sent. */
  onDownstreamGone(link: DownstreamLink): void
}

export class Acceptor implements DownstreamKeeper {
  readonly senders: SenderCounts = new SenderCounts()
  private readonly links = new Set<DownstreamLink>()
  private readonly setting: LinkSetting
  private readonly owner: AcceptorOwner
  private listener: Listener | null = null
  private parents: ReadonlySet<string> = new Set()
  private isDraining = false
  private isCrowded = false

  constructor(setting: LinkSetting, owner: AcceptorOwner) {
    this.setting = setting
    this.owner = owner
  }

  /** The nodes that send to this one. Whoever else dials is held to the limits of clients, whatever it calls itself. */
  setParents(ids: readonly string[]): void {
    this.parents = new Set(ids)
    for (const link of this.links) if (link.peer) this.classify(link)
  }

  private classify(link: DownstreamLink): void {
    link.isFromClient = !this.parents.has(link.peer!.node)
  }

  /** `ready(null)` when the address can be dialled, else with the reason why not. */
  listen(world: World, address: string, ready: (problem: string | null) => void): void {
    this.listener = world.transport.listen(address, connection => this.accept(connection), ready)
  }

  private accept(connection: Connection): ConnectionHandler {
    if (this.links.size >= CONNECTIONS_MAX) {
      this.setting.counts.dropped++
      connection.destroy()
      return NOBODY
    }
    const link = new DownstreamLink(this.setting, this.owner, this)
    this.links.add(link)
    link.setCrowded(this.isCrowded)
    link.attach(connection)
    return link
  }

  connections(): number {
    return this.links.size
  }

  /** Asks every downstream to send nothing new. */
  drain(): void {
    this.isDraining = true
    for (const link of this.links) link.sendDrain()
  }

  /** Whether nobody will send anything new: each downstream has said so, or is gone. */
  isDrained(): boolean {
    for (const link of this.links) if (!link.isDrained) return false
    return true
  }

  /** After a drain: closes each link in order, and gives the address back. */
  finish(): void {
    this.listener?.close()
    for (const link of this.links) link.finish()
  }

  /** Closes everything at once. */
  stop(): void {
    this.listener?.close()
    for (const link of this.links) link.close('local', '')
  }

  /** Whether the owner can send on little more: see DownstreamLink. */
  setCrowded(isCrowded: boolean): void {
    if (isCrowded === this.isCrowded) return
    this.isCrowded = isCrowded
    for (const link of this.links) link.setCrowded(isCrowded)
  }

  tick(nowMs: number, lateMs = 0): void {
    for (const link of this.links) link.tick(nowMs, lateMs)
  }

  onLinkOpen(link: DownstreamLink): void {
    this.classify(link)
    link.sender = this.senders.of(link.peer!.node)
    if (this.isDraining) link.sendDrain()
  }

  onDrained(link: DownstreamLink): void {
    this.owner.onDownstreamQuiet(link)
  }

  onLinkClosed(link: DownstreamLink): void {
    this.links.delete(link)
    this.owner.onDownstreamGone(link)
    this.owner.onDownstreamQuiet(link)
  }
}
