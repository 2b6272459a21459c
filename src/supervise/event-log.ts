/** What has happened last, and whoever follows it. */
import type { RunEvent } from '../stats/reports.ts'

const EVENTS_KEPT = 500

export class EventLog {
  private readonly kept: RunEvent[] = []
  private readonly followers = new Set<(event: RunEvent) => void>()

  add(event: RunEvent): void {
    this.kept.push(event)
    if (this.kept.length > EVENTS_KEPT) this.kept.shift()
    for (const follower of this.followers) follower(event)
  }

  /** Oldest first. */
  last(count: number): readonly RunEvent[] {
    return count > 0 ? this.kept.slice(-count) : []
  }

  /** Every further one, until the function that it returns is called. */
  follow(follower: (event: RunEvent) => void): () => void {
    this.followers.add(follower)
    return () => {
      this.followers.delete(follower)
    }
  }
}
