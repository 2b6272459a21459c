/** Requests received, by who sent them. Links of one sender share a count, so that counting is one addition. */

import type { RequestCounts } from './reports.ts'

export interface SenderCount {
  received: number
}

/** As many parents as a node can have. Strangers choose their names: more than these are counted with the clients. */
export const SENDERS_MAX = 256

export class SenderCounts {
  /** Of senders that are no nodes: they give no name. */
  private readonly clients: SenderCount = { received: 0 }
  private readonly nodes = new Map<string, SenderCount>()

  /** The count of whoever calls itself so. */
  of(name: string): SenderCount {
    if (name === '') return this.clients
    const known = this.nodes.get(name)
    if (known) return known
    if (this.nodes.size === SENDERS_MAX) return this.clients
    const made: SenderCount = { received: 0 }
    this.nodes.set(name, made)
    return made
  }

  counts(): Pick<RequestCounts, 'fromClients' | 'receivedFrom'> {
    const receivedFrom = Object.fromEntries([...this.nodes].map(([name, { received }]) => [name, received]))
    return { fromClients: this.clients.received, receivedFrom }
  }
}
