/** What the launcher and its children say to each other over the channel that Node.js gives a forked process. */
import type { ClientCounters, NodeCounters, UpstreamEvent } from '../stats/reports.ts'
import type { ClientWiring, Wiring } from '../topology/types.ts'
import type { ProcessFacts } from './process-facts.ts'

/** What one child needs to be who it is: a node, or the built-in clients. */
export type Task =
  | { readonly kind: 'node'; readonly wiring: Wiring }
  /** `logsRequests`: a line of the log for each request, from its start on. */
  | { readonly kind: 'clients'; readonly wiring: ClientWiring; readonly logsRequests: boolean }

export type ToChild =
  /** Come alive; READY follows. `reportEveryMs`: how often to send counters. */
  | { readonly type: 'start'; readonly task: Task; readonly reportEveryMs: number }
  /** Change over; `applied` with the same version follows. */
  | { readonly type: 'apply'; readonly task: Task; readonly version: number }
  /** To the clients: begin to send. */
  | { readonly type: 'go' }
  /** Finish, say `drained`, and exit. */
  | { readonly type: 'drain' }

export type Counters =
  | { readonly kind: 'node'; readonly counters: NodeCounters }
  | { readonly kind: 'clients'; readonly counters: ClientCounters }

export type FromChild =
  | { readonly type: 'ready'; readonly problem: string | null }
  | { readonly type: 'counters'; readonly account: Counters; readonly facts: ProcessFacts }
  | { readonly type: 'applied'; readonly version: number }
  | { readonly type: 'upstream'; readonly told: UpstreamEvent }
  /** The last word: these counts are exact. */
  | { readonly type: 'drained'; readonly account: Counters; readonly facts: ProcessFacts }
