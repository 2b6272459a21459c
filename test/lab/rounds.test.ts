import { describe, expect, it } from 'vitest'
import type { MeasuredPath } from '../../src/lab/measured-path.ts'
import { measure } from '../../src/lab/rounds.ts'
import { Histogram } from '../../src/stats/histogram.ts'

const BOXES = { warmUpMs: 2, latencyMs: 1, throughputMs: 2, settleMs: 1 }

/** Answers ten requests in each box, and writes down when it was its turn. */
class ScriptedPath implements MeasuredPath {
  readonly path: string
  readonly hops = 1
  histogram = new Histogram()
  answered = 0
  problem: string | null = null
  private readonly log: string[]

  constructor(path: string, log: string[]) {
    this.path = path
    this.log = log
  }

  begin(outstanding: number): void {
    this.log.push(`${this.path}${outstanding}`)
    this.histogram.record(0.03, 10)
    this.answered += 10
  }

  async finish(): Promise<void> {
    if (this.problem) throw new Error(this.problem)
  }

  close(): void {}
}

describe('measure', () => {
  it('warms everything up, then interleaves: throughput first, then latency', async () => {
    const log: string[] = []
    const paths = [new ScriptedPath('a', log), new ScriptedPath('b', log)]

    await measure(paths, 2, () => {}, BOXES)

    expect(log.join(' ')).toBe('a8 b8 a64 b64 a256 b256 a64 b64 a256 b256 a1 b1 a1 b1')
  })

  it('drops the warm-up and counts every round', async () => {
    const { latency, throughput } = await measure([new ScriptedPath('a', [])], 3, () => {}, BOXES)

    expect(latency).toHaveLength(1)
    expect(latency[0]).toMatchObject({ path: 'a', requests: 30 })
    expect(latency[0]!.rounds).toHaveLength(3)
    expect(throughput.map(({ outstanding, rounds }) => [outstanding, rounds.length])).toEqual([
      [64, 3],
      [256, 3],
    ])
  })

  it('tells what it is about to measure', async () => {
    const lines: string[] = []

    await measure([new ScriptedPath('a', [])], 1, line => lines.push(line), BOXES)

    expect(lines).toEqual([
      'warming up · a',
      'throughput at 64 · round 1/1 · a',
      'throughput at 256 · round 1/1 · a',
      'latency · round 1/1 · a',
    ])
  })

  it('ends with the first path that fails', async () => {
    const path = new ScriptedPath('a', [])
    path.problem = '3 requests failed on the path "a"'

    await expect(measure([path], 1, () => {}, BOXES)).rejects.toThrow('3 requests failed')
  })
})
