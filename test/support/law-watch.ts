/** Holds what the nodes of a cluster count to the laws, as a launcher does with what it is told. */
import { edgeViolations, type Knowledge } from '../../src/stats/edge-laws.ts'
import { growthViolations } from '../../src/stats/growth.ts'
import { clientViolations, nodeViolations } from '../../src/stats/laws.ts'
import type { ClientStats, NodeCounters, NodeStats } from '../../src/stats/reports.ts'
import { NO_NODE_COUNTS } from '../../src/stats/totals.ts'
import { CLIENTS, type Violation } from '../../src/stats/violation.ts'

type Account = Omit<NodeCounters, 'connections'> & { readonly id: string }

export class LawWatch {
  private readonly hasAllEnds: boolean
  /** What each told last: a launcher hears them at different times. */
  private readonly told = new Map<string, Account & Knowledge>()

  /** `hasAllEnds`: the accounts at both ends of every edge are known. */
  constructor(hasAllEnds: boolean) {
    this.hasAllEnds = hasAllEnds
  }

  /** The laws that hold at any instant. Of those that `tells` names, now is what is known from here on. */
  look(
    nodes: readonly NodeStats[],
    client: ClientStats | null,
    nowMs: number,
    tells: (id: string) => boolean,
  ): Violation[] {
    const tell = (account: Account) => this.hear(account, nowMs, tells(account.id))
    const broken = nodes.flatMap(node => [...nodeViolations(node), ...tell({ ...node, latency: [] })])
    if (client) broken.push(...clientViolations(client), ...tell(asNode(client)))
    return [...broken, ...this.edgeViolations()]
  }

  /** A killed node is dead exactly at its last count: nothing of it is ever lost here. */
  private hear(account: Account, nowMs: number, isTold: boolean): Violation[] {
    const before = this.told.get(account.id)
    if (isTold) this.told.set(account.id, { ...account, latestMs: nowMs, sureMs: nowMs })
    return before ? growthViolations(account.id, before, { ...before, ...account }) : []
  }

  private edgeViolations(): Violation[] {
    if (!this.hasAllEnds) return []
    const told = [...this.told.values()]
    return told.filter(({ id }) => id !== CLIENTS).flatMap(child => edgeViolations(child, told))
  }
}

const asNode = (client: ClientStats): Account => ({ ...NO_NODE_COUNTS, ...client, id: CLIENTS, latency: [] })
