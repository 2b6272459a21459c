/** What a node, or the clients, counted in all lives together. */
import type { ClientCounters, NodeCounters } from '../stats/reports.ts'
import {
  addClientCounts,
  addNodeCounts,
  buryClient,
  buryNode,
  NO_CLIENT_COUNTS,
  NO_NODE_COUNTS,
} from '../stats/totals.ts'
import type { Counters } from './messages.ts'

const NO_TIMES = { latency: [] } as const

export class AccountBook {
  /** A life ended without its last word: the sums may be short of what it did after it last spoke. */
  isApproximate = false
  private node = NO_NODE_COUNTS
  private client = NO_CLIENT_COUNTS

  bury(last: Counters | null, isExact: boolean): void {
    if (!isExact) this.isApproximate = true
    if (last?.kind === 'node') this.node = addNodeCounts(this.node, buryNode(last.counters))
    if (last?.kind === 'clients') this.client = addClientCounts(this.client, buryClient(last.counters))
  }

  /** The dead lives' counts and those of the lives that go on. */
  nodeTotal(open: readonly Counters[]): NodeCounters {
    const [only] = open
    if (only?.kind === 'node' && this.isFirst(open)) return only.counters
    return open.reduce((sum, each) => (each.kind === 'node' ? addNodeCounts(sum, each.counters) : sum), this.node)
  }

  /** The totals without times, which cost the most to add. */
  nodeCounts(open: readonly Counters[]): NodeCounters {
    if (this.isFirst(open)) return { ...this.nodeTotal(open), ...NO_TIMES }
    const counts = open.flatMap(each => (each.kind === 'node' ? { ...each.counters, ...NO_TIMES } : []))
    return counts.reduce(addNodeCounts, { ...this.node, ...NO_TIMES })
  }

  clientCounts(open: readonly Counters[]): ClientCounters {
    const counts = open.flatMap(each => (each.kind === 'clients' ? { ...each.counters, ...NO_TIMES } : []))
    return counts.reduce(addClientCounts, { ...this.client, ...NO_TIMES })
  }

  clientTotal(open: readonly Counters[]): ClientCounters {
    return open.reduce(
      (sum, each) => (each.kind === 'clients' ? addClientCounts(sum, each.counters) : sum),
      this.client,
    )
  }

  /** Nothing is to be added up: no life before the one that goes on, as for nearly every account of a run. */
  private isFirst(open: readonly Counters[]): boolean {
    return open.length === 1 && this.node === NO_NODE_COUNTS
  }
}
