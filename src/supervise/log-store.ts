/** The last lines of every node's log, within limits, and whoever follows them. */
import type { LogLine } from '../stats/log-line.ts'

/** Of each node, over all its lives. */
const LINES_KEPT_MAX = 500
const CHARS_KEPT_MAX = 262_144

export type LogListener = (line: LogLine) => void

/** What was heard of one node's log since the run began. */
export interface LogCounts {
  readonly lines: number
  /** Lines that were written, or were to be, and got lost on the way here. */
  readonly dropped: number
}

interface Kept {
  lines: number
  dropped: number
  chars: number
  /** Oldest first. */
  last: LogLine[]
}

interface Follower {
  readonly node: string | null
  readonly listener: LogListener
}

export class LogStore {
  private readonly kept = new Map<string, Kept>()
  private readonly followers = new Set<Follower>()

  /** A line that says how many before it were dropped is counted as that, too. */
  add(node: string, line: LogLine): void {
    const kept = this.keptOf(node)
    kept.lines++
    kept.dropped += line.dropped
    kept.chars += sizeOf(line)
    kept.last.push(line)
    while (kept.last.length > LINES_KEPT_MAX || (kept.chars > CHARS_KEPT_MAX && kept.last.length > 1)) {
      kept.chars -= sizeOf(kept.last.shift()!)
    }
    for (const follower of this.followers) if (follower.node === null || follower.node === node) follower.listener(line)
  }

  /** The last ones, at most so many, oldest first; none of a node that has said nothing. */
  last(node: string, count: number): readonly LogLine[] {
    return count > 0 ? (this.kept.get(node)?.last.slice(-count) ?? []) : []
  }

  counts(node: string): LogCounts {
    const { lines, dropped } = this.kept.get(node) ?? { lines: 0, dropped: 0 }
    return { lines, dropped }
  }

  /** Hands on every further line of the node, or of all (null), until the function that it returns is called. */
  follow(node: string | null, listener: LogListener): () => void {
    const follower: Follower = { node, listener }
    this.followers.add(follower)
    return () => {
      this.followers.delete(follower)
    }
  }

  private keptOf(node: string): Kept {
    const known = this.kept.get(node)
    if (known) return known
    const made: Kept = { lines: 0, dropped: 0, chars: 0, last: [] }
    this.kept.set(node, made)
    return made
  }
}

function sizeOf({ text, msg }: LogLine): number {
  return text.length + msg.length
}
