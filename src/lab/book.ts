/** What a benchmark has measured so far: kept outside of who measures, since that may be ended at any time. */
import type { Figures, RoundConditions, RoundOf, Scenario, Section } from './bench-result.ts'
import { figuresOf } from './figures-of.ts'

const SECTIONS: readonly Section[] = ['latency', 'throughput', 'payload', 'connect', 'load']

export class Book {
  readonly conditions: RoundConditions[] = []
  private readonly rounds = new Map<Scenario, RoundOf[]>()

  isEmpty(): boolean {
    return this.rounds.size === 0
  }

  /** One more round of this scenario. */
  add(scenario: Scenario, round: RoundOf): void {
    const rounds = this.rounds.get(scenario)
    if (rounds) rounds.push(round)
    else this.rounds.set(scenario, [round])
  }

  /** Section by section, each from the least load and the shortest way up. */
  figures(): Figures[] {
    const measured = [...this.rounds].sort(([a], [b]) => compare(a, b))
    return measured.map(([scenario, rounds]) => figuresOf(scenario, rounds))
  }
}

function compare(a: Scenario, b: Scenario): number {
  return (
    SECTIONS.indexOf(a.section) - SECTIONS.indexOf(b.section) ||
    a.connections - b.connections ||
    a.payloadBytes - b.payloadBytes ||
    a.outstanding - b.outstanding ||
    a.hops - b.hops
  )
}
