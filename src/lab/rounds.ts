/**
 * The order in which a benchmark measures: every way warmed up, then round by round everything, so that round k of all
 * scenarios lies together and a machine that grows slower or busier does so for all alike.
 */
import type { RoundOf } from './bench-result.ts'
import type { Book } from './book.ts'
import { watchConditions } from './conditions.ts'
import { stealDoubt } from './doubts.ts'
import { CutShort } from './load-box.ts'
import type { PlannedBox } from './planned-box.ts'
import { scenarioName } from './scenario-name.ts'

export interface RoundsPlan {
  /** Driven once before everything else, and not counted. */
  readonly warmUps: readonly PlannedBox[]
  /** In the order of their measuring. */
  readonly boxes: readonly PlannedBox[]
  readonly rounds: number
  /** When the last round has to be over, in milliseconds from the start of this process; null: whenever. */
  readonly limitMs: number | null
}

export interface RoundsHelp {
  measure(box: PlannedBox): Promise<RoundOf>
  /** One line about what is being measured, for eyes alone. */
  tell(line: string): void
  /** From the start of this process. */
  nowMs(): number
}

/** Fills the book. A slow machine gets fewer rounds within the limit, one at least, never shorter ones. */
export async function measureRounds(plan: RoundsPlan, help: RoundsHelp, book: Book): Promise<void> {
  for (const [i, box] of plan.warmUps.entries()) {
    help.tell(`warming up · ${i + 1}/${plan.warmUps.length} · ${box.scenarios[0].path}`)
    await help.measure(box)
  }
  for (let round = 1; round <= plan.rounds; round++) {
    const startMs = help.nowMs()
    await measureRound(plan, round, help, book)
    const endMs = help.nowMs()
    if (plan.limitMs !== null && endMs + (endMs - startMs) > plan.limitMs) return
  }
}

async function measureRound({ boxes, rounds }: RoundsPlan, round: number, help: RoundsHelp, book: Book): Promise<void> {
  const readConditions = watchConditions(help)
  let lagP99Us: number | null = null
  for (const [i, box] of boxes.entries()) {
    help.tell(`round ${round}/${rounds} · ${i + 1}/${boxes.length} · ${scenarioName(box.scenarios[0])}`)
    const keep = (each: RoundOf) => {
      for (const scenario of box.scenarios) book.add(scenario, each)
    }
    const measured = await help.measure(box).catch((error: unknown) => {
      if (error instanceof CutShort) keep(error.measured)
      throw error
    })
    keep(measured)
    const { lagUs } = measured.round
    if (lagUs !== null) lagP99Us = Math.max(lagP99Us ?? 0, lagUs.p99)
  }
  const { elapsedMs, loadAverage, stealShare } = readConditions()
  const doubt = stealDoubt(stealShare)
  book.conditions.push({ round, elapsedMs, loadAverage, stealShare, lagP99Us, doubts: doubt === null ? [] : [doubt] })
}
