import { describe, expect, it } from 'vitest'
import type { RoundOf } from '../../src/lab/bench-result.ts'
import { Book } from '../../src/lab/book.ts'
import { CutShort } from '../../src/lab/load-box.ts'
import { measureRounds, type RoundsPlan } from '../../src/lab/rounds.ts'
import { boxOf, roundOf, scenario } from './boxes.ts'

const boxes = [boxOf(scenario({ path: 'a' })), boxOf(scenario({ path: 'b' }))]
const PLAN: RoundsPlan = { warmUps: [], boxes, rounds: 2, limitMs: null }

/** Every box takes a second of a clock of its own; what was measured, and told, in order. */
async function run(plan: Partial<RoundsPlan>, measured: (path: string) => RoundOf = () => roundOf({})) {
  const [log, told, book] = [[] as string[], [] as string[], new Book()]
  let nowMs = 0
  const help = {
    measure: async ({ scenarios: [{ path, outstanding }] }: (typeof boxes)[number]) => {
      nowMs += 1_000
      log.push(`${path}${outstanding}`)
      return measured(path)
    },
    tell: (line: string) => void told.push(line),
    nowMs: () => nowMs,
  }
  const ended = measureRounds({ ...PLAN, ...plan }, help, book)
  const failure = await ended.then(
    () => null,
    (error: Error) => error.message,
  )
  return { log, told, book, failure }
}

describe('measureRounds', () => {
  it('warms everything up, then measures all of it round by round', async () => {
    const warmUps = [boxOf(scenario({ path: 'a', outstanding: 8 })), boxOf(scenario({ path: 'b', outstanding: 8 }))]
    const { log, book } = await run({ warmUps })

    expect(log).toEqual(['a8', 'b8', 'a1', 'b1', 'a1', 'b1'])
    expect(book.figures().map(({ path, rounds }) => [path, rounds.length])).toEqual([
      ['a', 2],
      ['b', 2],
    ])
  })

  it('lets one box count for several scenarios', async () => {
    const box = boxOf(scenario({}), scenario({ section: 'throughput' }))
    const { log, book } = await run({ boxes: [box], rounds: 1 })

    expect(log).toHaveLength(1)
    expect(book.figures().map(({ section, requests }) => [section, requests])).toEqual([
      ['latency', 5],
      ['throughput', 5],
    ])
  })

  it('keeps what a round had measured when it was ended, and does not count it as done', async () => {
    const { book, failure } = await run({}, path => {
      if (path === 'b') throw new CutShort(new Error('ended by SIGINT'), roundOf({}))
      return roundOf({})
    })

    expect(failure).toBe('ended by SIGINT')
    expect(book.figures().map(({ path, rounds }) => [path, rounds.length])).toEqual([
      ['a', 1],
      ['b', 1],
    ])
    expect(book.conditions).toEqual([])
  })

  it('tells what it is about to measure', async () => {
    const { told } = await run({ warmUps: [boxOf(scenario({ path: 'a' }))], rounds: 1 })

    expect(told).toEqual([
      'warming up · 1/1 · a',
      'round 1/1 · 1/2 · a, 1 outstanding',
      'round 1/1 · 2/2 · b, 1 outstanding',
    ])
  })

  it('notes for each round how long it took, and the worst lag in it', async () => {
    const lagUs = { p50: 1, p99: 30, max: 40 }
    const { book } = await run({}, path => roundOf(path === 'a' ? { lagUs } : { lagUs: { ...lagUs, p99: 20 } }))

    expect(book.conditions).toMatchObject([
      { round: 1, elapsedMs: 2_000, lagP99Us: 30 },
      { round: 2, elapsedMs: 2_000, lagP99Us: 30 },
    ])
  })

  it('begins no round that would not end within the limit', async () => {
    const { log, book } = await run({ rounds: 5, limitMs: 7_000 })

    expect(log).toHaveLength(6)
    expect(book.conditions).toHaveLength(3)
  })

  it('measures one round, however little time there is', async () => {
    const { log } = await run({ rounds: 5, limitMs: 1 })

    expect(log).toHaveLength(2)
  })

  it('ends with the first box that fails, and keeps what was measured before it', async () => {
    const { log, book, failure } = await run({}, path => {
      if (path === 'b') throw new Error('the path "b" broke')
      return roundOf({})
    })

    expect(failure).toBe('the path "b" broke')
    expect(log).toEqual(['a1', 'b1'])
    expect(book.figures()).toHaveLength(1)
    expect(book.conditions).toEqual([])
  })
})
