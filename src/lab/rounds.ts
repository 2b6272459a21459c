/**
 * The plan of a benchmark: every path warmed up, then rounds of throughput, then rounds of latency. Rounds are
 * interleaved (A B C D A B C D…), so that a machine that grows slower or busier does so for all paths alike. Latency
 * comes last: what runs once a wake-up is compiled after some ten thousand of them, which one request at a time takes
 * many seconds to make, and until then three hops take almost twice as long.
 */
import { setTimeout } from 'node:timers/promises'
import { Histogram } from '../stats/histogram.ts'
import {
  type Count,
  type LatencyFigures,
  type LatencyRound,
  latencyFigures,
  type ThroughputFigures,
  throughputFigures,
} from './bench-result.ts'
import type { MeasuredPath } from './measured-path.ts'

/** How long each box takes. */
export interface Boxes {
  /** For a path without hops; longer ones answer fewer requests a second and spread them over more nodes. */
  readonly warmUpMs: number
  readonly latencyMs: number
  readonly throughputMs: number
  /** From the first request to the first that counts, in a box of throughput: the burst of the start is no steady state. */
  readonly settleMs: number
}

/** With five rounds of four paths: 4.5 s + 9 s + 8 s, which leaves a slow machine time to start and stop within 30 s. */
export const BOXES: Boxes = { warmUpMs: 250, latencyMs: 400, throughputMs: 200, settleMs: 25 }

/** In flight during the warm-up: as many wake-ups a second as there can be, each with a frame or two. */
const WARM_UP_OUTSTANDING = 8

export const LOADS: readonly number[] = [64, 256]

/** One line about what is being measured. */
export type Progress = (line: string) => void

export interface Figures {
  readonly latency: readonly LatencyFigures[]
  readonly throughput: readonly ThroughputFigures[]
}

/** Measures every path under every load, `rounds` times. Rejects when a request fails. */
export async function measure(
  paths: readonly MeasuredPath[],
  rounds: number,
  tell: Progress,
  boxes: Boxes = BOXES,
): Promise<Figures> {
  for (const path of paths) {
    tell(`warming up · ${path.path}`)
    await warmUp(path, boxes)
  }
  const throughput = await measureThroughput(paths, rounds, tell, boxes)
  const latency = await measureLatency(paths, rounds, tell, boxes)
  return { latency, throughput }
}

async function warmUp(path: MeasuredPath, { warmUpMs }: Boxes): Promise<void> {
  path.begin(WARM_UP_OUTSTANDING)
  await setTimeout(warmUpMs * (1 + path.hops * path.hops))
  await path.finish()
}

async function measureLatency(
  paths: readonly MeasuredPath[],
  rounds: number,
  tell: Progress,
  boxes: Boxes,
): Promise<LatencyFigures[]> {
  const measured = paths.map(path => ({ path, pooled: new Histogram(), rounds: [] as LatencyRound[] }))
  for (let round = 1; round <= rounds; round++) {
    for (const { path, pooled, rounds: own } of measured) {
      tell(`latency · round ${round}/${rounds} · ${path.path}`)
      const histogram = await boxOfLatency(path, boxes)
      pooled.add(histogram.sparse())
      own.push(roundOf(path, histogram))
    }
  }
  return measured.map(({ path, pooled, rounds: own }) => latencyFigures(path, own, pooled))
}

async function boxOfLatency(path: MeasuredPath, { latencyMs }: Boxes): Promise<Histogram> {
  const histogram = new Histogram()
  path.histogram = histogram
  path.begin(1)
  await setTimeout(latencyMs)
  await path.finish()
  return histogram
}

function roundOf(path: MeasuredPath, histogram: Histogram): LatencyRound {
  const { p50Us, p99Us } = histogram.summary()
  if (p50Us === null || p99Us === null) throw new Error(`not one answer in a round on the path "${path.path}"`)
  return { p50Us, p99Us }
}

async function measureThroughput(
  paths: readonly MeasuredPath[],
  rounds: number,
  tell: Progress,
  boxes: Boxes,
): Promise<ThroughputFigures[]> {
  const measured = LOADS.flatMap(outstanding => paths.map(path => ({ path, outstanding, counts: [] as Count[] })))
  for (let round = 1; round <= rounds; round++) {
    for (const { path, outstanding, counts } of measured) {
      tell(`throughput at ${outstanding} · round ${round}/${rounds} · ${path.path}`)
      counts.push(await boxOfThroughput(path, outstanding, boxes))
    }
  }
  return measured.map(({ path, outstanding, counts }) => throughputFigures(path, outstanding, counts))
}

async function boxOfThroughput(path: MeasuredPath, outstanding: number, boxes: Boxes): Promise<Count> {
  path.begin(outstanding)
  await setTimeout(boxes.settleMs)
  const [before, startMs] = [path.answered, performance.now()]
  await setTimeout(boxes.throughputMs)
  const count = { requests: path.answered - before, elapsedMs: performance.now() - startMs }
  await path.finish()
  return count
}
