/** One round of a closed loop over bare wires. */
import { setTimeout } from 'node:timers/promises'
import { messageOf } from '../base/errors.ts'
import { Histogram } from '../stats/histogram.ts'
import type { Round, RoundOf } from './bench-result.ts'
import { type Conditions, watchConditions } from './conditions.ts'
import { stealDoubt } from './doubts.ts'
import { type EchoLoad, EchoLoop } from './echo-loop.ts'
import { orAborted } from './or-aborted.ts'
import type { BoxTimes } from './planned-box.ts'
import { timesOf } from './times.ts'
import type { OpenWire } from './wire.ts'

const HERE = { nowMs: () => performance.now() }

/** Rejects where the wire breaks, with the path's name, and when told to end. Every connection is closed after it. */
export async function echoBox(
  name: string,
  openWire: OpenWire,
  load: EchoLoad,
  { settleMs, durationMs }: BoxTimes,
  signal: AbortSignal,
): Promise<RoundOf> {
  let loop: EchoLoop | null = null
  try {
    loop = await EchoLoop.open(openWire, load)
    loop.begin()
    await setTimeout(settleMs, undefined, { signal })
    const histogram = new Histogram()
    loop.histogram = histogram
    const readConditions = watchConditions(HERE)
    await setTimeout(durationMs, undefined, { signal })
    const conditions = readConditions()
    loop.histogram = new Histogram() // what comes from now on counts for nothing
    await orAborted(signal, loop.finish())
    return roundOf(histogram, conditions)
  } catch (error) {
    throw new Error(`the path "${name}" broke: ${messageOf(error)}`)
  } finally {
    loop?.close()
  }
}

/** As many are sent as are answered; a floor that fails is no floor. */
function roundOf(histogram: Histogram, { elapsedMs, stealShare }: Conditions): RoundOf {
  const answered = histogram.count
  const times = timesOf(histogram)
  const doubt = stealDoubt(stealShare)
  const round: Round = {
    ...{ elapsedMs, sent: answered, answered, failed: 0, perSecond: (answered * 1_000) / elapsedMs },
    response: times,
    service: times,
    lagUs: null,
    stealShare,
    doubts: doubt === null ? [] : [doubt],
  }
  return { round, response: histogram, service: histogram }
}
