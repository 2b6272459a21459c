/** The client of roles/ as somebody whom a load is sent through, with connections of its own. */
import { Client } from '../roles/client.ts'
import type { EndedRequest } from '../stats/request-report.ts'
import type { ClientWiring } from '../topology/types.ts'
import type { World } from '../transport/world.ts'
import type { LoadListener, LoadTarget } from './load-plan.ts'
import type { Tracer } from './tracer.ts'

export interface Tracing {
  /** One request in so many. */
  readonly every: number
  readonly tracer: Tracer
}

export class ClientTarget implements LoadTarget {
  onOutcome: LoadListener | null = null
  /** Resolves when every connection stands, or could not be made; then requests fail. */
  readonly ready: Promise<void>
  private readonly client: Client

  constructor(wiring: ClientWiring, world: World, tracing: Tracing | null) {
    let tellReady = () => {}
    this.ready = new Promise(resolve => {
      tellReady = resolve
    })
    this.client = new Client(wiring, world, {
      onReady: () => tellReady(),
      onOutcome: (_, responseMs, serviceMs, code, plannedMs) => {
        tracing?.tracer.onOutcome(code, plannedMs, responseMs)
        this.onOutcome?.(code, plannedMs, responseMs, serviceMs)
      },
      ...(tracing && { onTraced: (request: EndedRequest) => tracing.tracer.onTraced(request) }),
    })
    if (tracing) this.client.trace(tracing.every)
  }

  send(plannedMs: number, nowMs: number, keyHash?: number): void {
    this.client.send(plannedMs, nowMs, keyHash)
  }

  close(): void {
    this.client.stop()
  }
}
