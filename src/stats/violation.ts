/** A law that counters break. */

export interface Violation {
  /** Which law: stable, for machines. */
  readonly law: string
  /** Whose account, or which edge: `proxy-1`, `proxy-1 -> server-2`, `clients`. */
  readonly subject: string
  /** With the figures; names whoever else it is about. */
  readonly sentence: string
}

/** In sentences; no node can have a name with a space. */
export const CLIENTS = 'built-in clients'

export function violation(law: string, subject: string, sentence: string): Violation {
  return { law, subject, sentence }
}

export function textOf({ subject, sentence }: Violation): string {
  return `${subject}: ${sentence}`
}

/** One law of one subject is told once, however often its figures change. */
export function keyOf({ law, subject }: Violation): string {
  return `${law} ${subject}`
}

export function sum(numbers: Iterable<number>): number {
  let total = 0
  for (const each of numbers) total += each
  return total
}

/** Names may come from strangers: what an object inherits is no count. */
export function countOf(counts: Readonly<Record<string, number>>, name: string): number {
  return Object.hasOwn(counts, name) ? counts[name]! : 0
}
