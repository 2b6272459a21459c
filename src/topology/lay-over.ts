/** What an edit of the file makes of what runs, judged as a file is: with what operators changed it may not go. */
import { deepEqual } from '../base/equal.ts'
import { merge } from './merge.ts'
import { parse } from './parse.ts'
import type { NonEmpty, Problem, Topology } from './types.ts'
import { write } from './write.ts'

export type LaidOver =
  | { readonly ok: true; readonly topology: Topology }
  /** Of `topology`, written out: places in that text are in nobody's file. */
  | { readonly ok: false; readonly topology: Topology; readonly problems: NonEmpty<Problem> }

export interface Versions {
  /** Of the file: the one that holds, and the edited one, which is good by itself. */
  readonly before: Topology
  readonly after: Topology
  readonly running: Topology
  /** Requests per second that hold whatever the file says; null: none. */
  readonly heldRate: number | null
}

export function layOver({ before, after, running, heldRate }: Versions): LaidOver {
  const merged = withRate(merge(before, after, running), heldRate)
  if (deepEqual(merged, withRate(after, heldRate))) return { ok: true, topology: merged }
  const judged = parse(write(merged))
  return judged.ok ? judged : { ok: false, topology: merged, problems: judged.problems }
}

/** The topology with so many requests per second, where a number is given. */
export function withRate(topology: Topology, rate: number | null): Topology {
  return rate === null ? topology : { ...topology, load: { ...topology.load, rate } }
}
