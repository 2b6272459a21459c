/**
 * What a hop costs: the difference of p50 to the path with one hop less. Taken within each round, whose paths ran one
 * after the other and so on the same machine at the same hour, and only then averaged: what disturbs a whole round
 * cancels out. Pure.
 */
import type { Figures, HopCost } from './bench-result.ts'
import { round3 } from './figures-of.ts'
import { meanInterval } from './student-t.ts'

/** What a Unix socket and Node.js cost alone: hops are links over Unix sockets too. */
export const FLOOR = 'unix echo'

/** Of the paths at one outstanding: 1 hop over the floor, 2 over 1, 3 over 2; with two or more, the whole way as well. */
export function hopCostsOf(scenarios: readonly Figures[]): HopCost[] {
  const paths = pathsOf(scenarios)
  const steps = paths.slice(1).map((to, i) => costOf(paths[i]!, to))
  const whole = paths.length > 2 ? [costOf(paths[0]!, paths.at(-1)!)] : []
  return [...steps, ...whole].filter(cost => cost !== null)
}

/** From the floor up, of the first section that has the floor and something above it. */
function pathsOf(scenarios: readonly Figures[]): readonly Figures[] {
  for (const section of ['latency', 'load'] as const) {
    const own = scenarios.filter(each => each.section === section && isTurnByTurn(each))
    const [floor, above] = [own.filter(({ path }) => path === FLOOR), own.filter(({ hops }) => hops > 0)]
    if (floor.length > 0 && above.length > 0) return [floor[0]!, ...above.toSorted((a, b) => a.hops - b.hops)]
  }
  return []
}

/** Nothing waits for anything: what is measured is the way alone. */
function isTurnByTurn({ loop, outstanding, connections }: Figures): boolean {
  return loop === 'closed' && outstanding === 1 && connections === 1
}

/** Null where they have no round in common. */
function costOf(from: Figures, to: Figures): HopCost | null {
  const differences = to.rounds.flatMap(({ response }, i) => {
    const before = from.rounds[i]?.response
    return response && before ? [response.p50Us - before.p50Us] : []
  })
  if (differences.length === 0) return null
  const { mean, low, high } = meanInterval(differences)
  return {
    from: from.path,
    to: to.path,
    costUs: round3(mean),
    lowUs: low === null ? null : round3(low),
    highUs: high === null ? null : round3(high),
    confidence: 0.95,
  }
}
