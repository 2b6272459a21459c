/**
 * Holds the accounts to the laws while the system runs, each as it arrives, and all together at the end. What it knows
 * of a node is that node's account over all lives when one of them last spoke, with the times of that knowledge; it may
 * be old, and is true of its time whatever has happened since.
 */
import { lstatSync } from 'node:fs'
import { type Child, edgeViolations, type Parent, pairViolations } from '../stats/edge-laws.ts'
import { growthViolations } from '../stats/growth.ts'
import { clientLifeViolations, clientViolations, lifeViolations, nodeViolations } from '../stats/laws.ts'
import { processViolations } from '../stats/process-laws.ts'
import type { ClientCounters, NodeCounters } from '../stats/reports.ts'
import { type RestingClients, type RestingNode, restViolations } from '../stats/rest-laws.ts'
import { CLIENTS, keyOf, textOf, type Violation, violation } from '../stats/violation.ts'
import type { AccountBook } from './account-book.ts'
import type { Keeper } from './keeper.ts'
import type { Life } from './life.ts'
import type { Counters } from './messages.ts'

/** Whoever has an account: a node, or the clients. */
interface Audited {
  readonly keeper: Keeper
  readonly book: AccountBook
}

export interface Audit {
  readonly nodes: ReadonlyMap<string, Audited>
  readonly clients: Keeper
  readonly clientsBook: AccountBook
}

interface Listening {
  readonly id: string
  readonly socket: string
}

/** A node looks for its socket once a second, and binds it anew where somebody removed it. */
const BOUND_ANEW_LIMIT_MS = 5_000

function isMissing({ socket }: Listening): boolean {
  return !lstatSync(socket, { throwIfNoEntry: false })?.isSocket()
}

export class Auditor {
  private readonly found = new Map<string, Violation>()
  /** By account, not by name: a node that an edit took back may come again, and counts from nothing. */
  private readonly told = new WeakMap<AccountBook, Parent & (NodeCounters | ClientCounters)>()
  /** Whoever ever told that it sends to a node, by that node: most nodes have one parent among many others. */
  private readonly sendersTo = new Map<string, Set<string>>()
  private readonly fleet: Audit
  private readonly onViolation: (violation: Violation) => void

  /** `onViolation` is called once for each law and whom it is about. */
  constructor(fleet: Audit, onViolation: (violation: Violation) => void) {
    this.fleet = fleet
    this.onViolation = onViolation
  }

  /** A life has spoken; `before` is what it said last. */
  hear(id: string, life: Life, before: Counters | null): void {
    const account = life.account!
    if (before) this.report(growthViolations(id, before.counters, account.counters))
    if (account.kind === 'clients') this.hearClients(account.counters)
    else this.hearNode(id, life, account.counters)
  }

  /** Everything is up: each of these that listens can be found by its socket, or soon again if somebody removed it. */
  checkSockets(listening: readonly Listening[]): void {
    const missing = listening.filter(isMissing)
    if (missing.length > 0) setTimeout(() => this.reportLost(missing), BOUND_ANEW_LIMIT_MS).unref()
  }

  private reportLost(missing: readonly Listening[]): void {
    const lost = missing.filter(({ id }) => this.fleet.nodes.get(id)?.keeper.state === 'up').filter(isMissing)
    this.report(lost.map(({ id, socket }) => violation('socket', id, `it listens, but ${socket} is no socket`)))
  }

  /** When nothing runs any more. Every law that was broken in this run, once. */
  finish(nodes: readonly RestingNode[], client: RestingClients): string[] {
    this.report([...nodes.flatMap(nodeViolations), ...clientViolations(client), ...restViolations(nodes, client)])
    for (const [id, { keeper }] of this.fleet.nodes) this.report(processViolations(id, keeper.processes()))
    this.report(processViolations(CLIENTS, this.fleet.clients.processes()))
    return this.broken()
  }

  /** Every law that was broken so far. */
  broken(): string[] {
    return [...this.found.values()].map(textOf)
  }

  private hearClients(life: ClientCounters): void {
    const { clients, clientsBook } = this.fleet
    this.report(clientLifeViolations(life))
    this.remember(CLIENTS, { keeper: clients, book: clientsBook }, clientsBook.clientCounts(clients.openAccounts()))
    this.checkEdgesFrom(CLIENTS)
  }

  private hearNode(id: string, life: Life, counters: NodeCounters): void {
    const audited = this.fleet.nodes.get(id)
    if (life.role) this.report(lifeViolations(id, life.role, counters))
    if (!audited) return
    this.remember(id, audited, audited.book.nodeCounts(audited.keeper.openAccounts()))
    this.checkEdgesFrom(id)
    this.checkEdgesTo(id)
  }

  private remember(id: string, audited: Audited, total: NodeCounters | ClientCounters): void {
    const { book, keeper } = audited
    this.report(processViolations(id, keeper.processes()))
    const before = this.told.get(book)
    if (before) this.report(growthViolations(id, before, total))
    for (const upstream of total.upstreams) this.noteSender(id, upstream.id)
    const times = keeper.openLives().map(life => (life.account ? life.facts!.readAtMs : -Infinity))
    this.told.set(book, {
      ...total,
      id,
      latestMs: Math.max(before?.latestMs ?? -Infinity, ...times),
      sureMs: book.isApproximate ? -Infinity : Math.min(Infinity, ...times),
    })
  }

  private noteSender(id: string, upstream: string): void {
    const known = this.sendersTo.get(upstream)
    if (known) known.add(id)
    else this.sendersTo.set(upstream, new Set([id]))
  }

  private checkEdgesFrom(id: string): void {
    const parent = this.toldOf(id)
    for (const edge of parent?.upstreams ?? []) {
      const child = this.toldOf(edge.id)
      if (child) this.report(pairViolations(child as Child, parent!, edge))
    }
  }

  private checkEdgesTo(id: string): void {
    const told = [...(this.sendersTo.get(id) ?? [])].flatMap(other => this.toldOf(other) ?? [])
    this.report(edgeViolations(this.toldOf(id) as Child, told))
  }

  private toldOf(id: string) {
    const book = id === CLIENTS ? this.fleet.clientsBook : this.fleet.nodes.get(id)?.book
    return book && this.told.get(book)
  }

  private report(violations: readonly Violation[]): void {
    for (const violation of violations) {
      if (this.found.has(keyOf(violation))) continue
      this.found.set(keyOf(violation), violation)
      this.onViolation(violation)
    }
  }
}
