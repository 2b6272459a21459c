/**
 * What a policy remembers of each upstream: by the upstream itself, never by its place, since lists differ from pick to
 * pick. And not by id, since several connections of a client to one load balancer are as many upstreams of one id.
 */
import type { UpstreamView } from './policy.ts'

export class Memory<Entry> {
  private readonly known = new Map<UpstreamView, Entry>()
  /** Who stood at each place when last looked at, and what is known of it: mostly the same, which spares the map. */
  private readonly upstreamAt: UpstreamView[] = []
  private readonly entryAt: Entry[] = []
  private readonly make: (upstream: UpstreamView) => Entry

  constructor(make: (upstream: UpstreamView) => Entry) {
    this.make = make
  }

  /** Of the upstream that stands at this place of a list; made at first sight. */
  at(upstream: UpstreamView, place: number): Entry {
    return this.upstreamAt[place] === upstream ? this.entryAt[place]! : this.find(upstream, place)
  }

  /** Undefined for one that is no member any more: what is still under way there teaches nothing. */
  of(upstream: UpstreamView): Entry | undefined {
    return this.known.get(upstream)
  }

  /** Forgets whoever is no member, and begins with whoever is new. */
  update(members: readonly UpstreamView[]): void {
    const before = new Map(this.known)
    this.known.clear()
    this.upstreamAt.length = 0
    this.entryAt.length = 0
    for (const member of members) this.known.set(member, before.get(member) ?? this.make(member))
  }

  forEach(look: (entry: Entry) => void): void {
    for (const entry of this.known.values()) look(entry)
  }

  private find(upstream: UpstreamView, place: number): Entry {
    const entry = this.known.get(upstream) ?? this.make(upstream)
    this.known.set(upstream, entry)
    this.upstreamAt[place] = upstream
    this.entryAt[place] = entry
    return entry
  }
}
