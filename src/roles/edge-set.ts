/**
 * A node's edges as its wiring names them: made, changed and retired as the wiring changes; accounts are kept.
 * An upstream named several times has that many edges, each with a link of its own.
 */
import type { LinkSetting } from '../link/link.ts'
import type { UpstreamCounters } from '../stats/reports.ts'
import { addUpstreams } from '../stats/totals.ts'
import type { HealthSpec, UpstreamSpec } from '../topology/types.ts'
import type { World } from '../transport/world.ts'
import { Edge, type EdgeOwner } from './edge.ts'

export class EdgeSet {
  /** Those that may get requests, in the wiring's order. */
  members: readonly Edge[] = []
  private retiring: Edge[] = []
  /** Accounts of edges that are gone: their counts stay part of the node's. */
  private gone: UpstreamCounters[] = []
  private readonly world: World
  private readonly setting: LinkSetting
  /** Shared with every link, so that a change reaches those that stand. */
  private readonly limits: { -readonly [Key in keyof HealthSpec]: HealthSpec[Key] } = { intervalMs: 0, timeoutMs: 0 }
  private readonly owner: EdgeOwner

  constructor(world: World, setting: LinkSetting, owner: EdgeOwner) {
    this.world = world
    this.setting = setting
    this.owner = owner
  }

  apply(specs: readonly UpstreamSpec[], health: HealthSpec): void {
    Object.assign(this.limits, health)
    const spare = [...this.members]
    this.members = specs.map(spec => {
      const at = spare.findIndex(edge => edge.id === spec.id)
      return this.keepOrMake(at < 0 ? undefined : spare.splice(at, 1)[0], spec)
    })
    for (const edge of spare) this.letGo(edge)
  }

  /** Whether every member has connected, or failed to once, since it was made or renewed. */
  areSettled(): boolean {
    return this.members.every(edge => edge.isSettled)
  }

  tick(nowMs: number): void {
    for (const edge of this.members) edge.tick(nowMs)
    for (const edge of this.retiring) edge.tick(nowMs)
    for (const edge of this.retiring.filter(each => each.isGone())) this.bury(edge)
  }

  retire(): void {
    for (const edge of this.members) edge.retire()
  }

  stop(): void {
    for (const edge of [...this.members, ...this.retiring]) edge.stop()
  }

  /** One account for each upstream that ever was, whichever of its edges it came by. */
  counters(): UpstreamCounters[] {
    // One at a time: an upstream may have several edges at once.
    return [...this.retiring, ...this.members].reduce((sum, edge) => addUpstreams(sum, [edge.counters()]), this.gone)
  }

  private keepOrMake(known: Edge | undefined, spec: UpstreamSpec): Edge {
    if (!known) return new Edge(spec, this.limits, this.world, this.setting, this.owner)
    known.apply(spec)
    return known
  }

  private letGo(edge: Edge): void {
    edge.retire()
    this.retiring.push(edge)
  }

  private bury(edge: Edge): void {
    this.retiring = this.retiring.filter(other => other !== edge)
    this.gone = addUpstreams(this.gone, [edge.counters()])
  }
}
