import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import {
  type Ending,
  EXIT_DO_NOT_RESTART,
  LOOP_STARTS,
  LOOP_WINDOW_MS,
  NO_FAILED_STARTS,
  type RestartDecision,
  type RestartState,
  STABLE_MS,
  stepRestart,
} from '../../src/restart/restart-rule.ts'
import { makeScriptedRng } from '../support/scripted-rng.ts'

const spec = { delayMinMs: 100, delayMaxMs: 15_000, heartbeatTimeoutMs: 10_000 }
const failed: Ending = { by: 'itself', readyForMs: null, exitCode: 1, isWanted: true }
const good: Ending = { ...failed, readyForMs: 1_001 }

/** One decision after another, the jitter drawn as 0: delays at their longest. */
function run(endings: readonly [atMs: number, ending: Ending][], state: RestartState = NO_FAILED_STARTS) {
  const decisions: RestartDecision[] = []
  for (const [atMs, ending] of endings) {
    const decision = stepRestart(state, ending, spec, atMs, makeScriptedRng([0]))
    decisions.push(decision)
    state = decision.state
  }
  return decisions
}

const delaysOf = (decisions: readonly RestartDecision[]) => decisions.map(({ delayMs }) => delayMs)
const loopsOf = (decisions: readonly RestartDecision[]) => decisions.map(({ isCrashLoop }) => isCrashLoop)

describe('the restart rule', () => {
  it('has these numbers', () => {
    expect({ STABLE_MS, LOOP_STARTS, LOOP_WINDOW_MS, EXIT_DO_NOT_RESTART }).toEqual({
      STABLE_MS: 1_000,
      LOOP_STARTS: 5,
      LOOP_WINDOW_MS: 10_000,
      EXIT_DO_NOT_RESTART: 78,
    })
  })

  it.each([
    ['never was ready', null, 100],
    ['was ready for 0 ms', 0, 100],
    ['was ready for 1000 ms', 1_000, 100],
    ['was ready for 1001 ms', 1_001, 0],
    ['was ready for a day', 86_400_000, 0],
  ])('lets a node that %s start again after %d -> %d ms', (_, readyForMs, delayMs) => {
    expect(delaysOf(run([[5_000, { ...failed, readyForMs, exitCode: null }]]))).toEqual([delayMs])
  })

  it('doubles 100, 200, 400, 800 ms; the fifth failed start within 10 s is a crash loop and waits 15 s', () => {
    const decisions = run([0, 100, 300, 700, 1_500].map(atMs => [atMs, failed]))

    expect(delaysOf(decisions)).toEqual([100, 200, 400, 800, 15_000])
    expect(loopsOf(decisions)).toEqual([false, false, false, false, true])
  })

  it('stays in the loop when starts fail only every 15 s, and keeps no more than five of them', () => {
    const decisions = run([0, 1, 2, 3, 4, 15_004, 30_004, 300_000].map(atMs => [atMs, failed]))

    expect(loopsOf(decisions).slice(4)).toEqual([true, true, true, true])
    expect(delaysOf(decisions).slice(4)).toEqual([15_000, 15_000, 15_000, 15_000])
    expect(decisions.at(-1)!.state.failedAtMs.length).toBe(5)
  })

  it.each([
    ['10 000 ms after the first', 10_000, true],
    ['10 001 ms after the first', 10_001, false],
  ])('counts a fifth failure %s as a loop: %s', (_, atMs, isLoop) => {
    const decisions = run([0, 2_000, 4_000, 6_000, atMs].map(at => [at, failed]))

    expect(decisions.at(-1)!.isCrashLoop).toBe(isLoop)
  })

  it('forgets failures, and the loop itself, after one good start', () => {
    const decisions = run([
      ...[0, 1, 2, 3, 4].map((atMs): [number, Ending] => [atMs, failed]),
      [20_000, good],
      [20_100, failed],
      [20_200, failed],
    ])

    expect(delaysOf(decisions).slice(4)).toEqual([15_000, 0, 100, 200])
    expect(loopsOf(decisions).slice(4)).toEqual([true, false, false, false])
    expect(decisions[5]!.state).toEqual(NO_FAILED_STARTS)
  })

  it.each([null, 0, 5, 86_400_000])(
    'never restarts after exit 78, even when it had been ready for %s ms',
    readyForMs => {
      const before = { failedAtMs: [1, 2], failures: 2 }
      const decision = stepRestart(before, { ...failed, readyForMs, exitCode: 78 }, spec, 3, makeScriptedRng([]))

      expect(decision).toEqual({ state: before, delayMs: null, isCrashLoop: true })
    },
  )

  it.each([
    [0, 100],
    [0.5, 88],
    [0.999_999, 75],
  ])('shortens a delay of 100 ms by up to a quarter: a draw of %d makes it %d ms', (float, delayMs) => {
    expect(stepRestart(NO_FAILED_STARTS, failed, spec, 0, makeScriptedRng([float])).delayMs).toBe(delayMs)
  })

  it('keeps every delay between three quarters of its doubling and the whole, and never above delayMax', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 6_000 }), { minLength: 1, maxLength: 30 })
    const range = fc.record({
      delayMinMs: fc.integer({ min: 1, max: 500 }),
      delayMaxMs: fc.integer({ min: 1, max: 20_000 }),
      heartbeatTimeoutMs: fc.constant(10_000),
    })
    fc.assert(
      fc.property(gaps, range, fc.string(), (gaps, range, seed) => {
        const rng = makeRng(seed)
        let state = NO_FAILED_STARTS
        let nowMs = 0
        for (const gap of gaps) {
          nowMs += gap
          const { delayMs, isCrashLoop, state: after } = stepRestart(state, failed, range, nowMs, rng)
          const count = after.failedAtMs.length
          const wholeMs = isCrashLoop
            ? range.delayMaxMs
            : Math.min(range.delayMinMs * 2 ** (after.failures - 1), range.delayMaxMs)

          expect(isCrashLoop).toBe(count === 5)
          expect(delayMs).toBeLessThanOrEqual(wholeMs)
          expect(delayMs).toBeGreaterThanOrEqual(Math.floor(wholeMs * 0.75))
          state = after
        }
      }),
    )
  })

  it('marks a loop at the fifth start in a row that the watchdog gave up, whose patience outlasts the window', () => {
    const stuck: Ending = { ...failed, by: 'watchdog', exitCode: null }
    const decisions = run([5_000, 10_100, 15_300, 20_700, 26_500].map(atMs => [atMs, stuck]))

    expect(delaysOf(decisions)).toEqual([100, 200, 400, 800, 15_000])
    expect(loopsOf(decisions)).toEqual([false, false, false, false, true])
  })

  it('changes no state that it was given', () => {
    const state = Object.freeze({ failedAtMs: Object.freeze([0, 1, 2, 3, 4]), failures: 5 })

    for (const ending of [failed, good]) expect(() => stepRestart(state, ending, spec, 5, makeRng(1))).not.toThrow()
  })
})

/**
 * Every way of ending in every situation, as Erlang's supervisor is described: who ended it is the row, what was before
 * is the column. `now`: at once, and what failed before is forgotten; `100`: so many ms later, and it counts; `loop`: marked as a crash
 * loop, tried again after 15 s; `never`: marked so and not tried again; `-`: nothing is done.
 */
describe('what follows', () => {
  const NOW_MS = 100_000
  const itself = { by: 'itself', isWanted: true } as const
  const watchdog = { by: 'watchdog', isWanted: true } as const
  const WAYS: Record<string, Omit<Ending, 'readyForMs'>> = {
    'exit 0': { ...itself, exitCode: 0 },
    'exit 1': { ...itself, exitCode: 1 },
    'exit 78': { ...itself, exitCode: 78 },
    'a signal': { ...itself, exitCode: null },
    'no process could be forked': { ...itself, exitCode: null },
    'given up by the watchdog': { ...watchdog, exitCode: null },
    'told to go': { ...itself, exitCode: 0, isWanted: false },
    'told to go, and killed': { ...itself, exitCode: null, isWanted: false },
  }
  const failures = (...agoMs: number[]): RestartState => ({
    failedAtMs: agoMs.map(ago => NOW_MS - ago),
    failures: agoMs.length,
  })
  const NEW = NO_FAILED_STARTS
  const FOUR = failures(9_999, 7_000, 4_000, 1_000)
  const FOUR_SLOW = failures(21_500, 16_400, 11_200, 5_800)
  const LOOP = failures(60_000, 59_000, 45_000, 30_000, 15_000)
  const SITUATIONS: Record<string, [RestartState, readyForMs: number | null]> = {
    'ready for more than 1 s': [NEW, 1_001],
    'ready for 1 s': [NEW, 1_000],
    'never ready': [NEW, null],
    'fifth in 10 s': [FOUR, null],
    'fifth in 22 s': [FOUR_SLOW, null],
    'in a loop': [LOOP, null],
    'in a loop, ready for 1 s': [LOOP, 1_000],
    'in a loop, ready for more than 1 s': [LOOP, 1_001],
  }
  // biome-ignore format: a table
  const EXPECTED: Record<string, string[]> = {
    'exit 0':                     ['now',   '100',   '100',   'loop',  '1600',  'loop',  'loop',  'now'],
    'exit 1':                     ['now',   '100',   '100',   'loop',  '1600',  'loop',  'loop',  'now'],
    'exit 78':                    ['never', 'never', 'never', 'never', 'never', 'never', 'never', 'never'],
    'a signal':                   ['now',   '100',   '100',   'loop',  '1600',  'loop',  'loop',  'now'],
    'no process could be forked': ['now',   '100',   '100',   'loop',  '1600',  'loop',  'loop',  'now'],
    'given up by the watchdog':   ['now',   '100',   '100',   'loop',  'loop',  'loop',  'loop',  'now'],
    'told to go':                 ['-',     '-',     '-',     '-',     '-',     '-',     '-',     '-'],
    'told to go, and killed':     ['-',     '-',     '-',     '-',     '-',     '-',     '-',     '-'],
  }

  function cellOf({ delayMs, isCrashLoop }: RestartDecision): string {
    if (delayMs === null) return isCrashLoop ? 'never' : '-'
    if (isCrashLoop) return delayMs === spec.delayMaxMs ? 'loop' : `loop after ${delayMs}`
    return delayMs === 0 ? 'now' : String(delayMs)
  }

  const cells = Object.entries(WAYS).flatMap(([way, ending]) =>
    Object.entries(SITUATIONS).map(([situation, [before, readyForMs]]) => {
      const decision = stepRestart(before, { ...ending, readyForMs }, spec, NOW_MS, makeScriptedRng([0]))
      return { way, situation, before, decision, cell: cellOf(decision) }
    }),
  )

  it.each(Object.keys(WAYS))('from %s, in every situation', way => {
    expect(cells.filter(each => each.way === way).map(({ cell }) => cell)).toEqual(EXPECTED[way])
  })

  it.each(cells)('from $way, $situation, is remembered as it should be', ({ before, decision: { state }, cell }) => {
    if (cell === 'never' || cell === '-') expect(state).toBe(before)
    else if (cell === 'now') expect(state).toEqual(NO_FAILED_STARTS)
    else {
      expect([state.failures, state.failedAtMs.at(-1)]).toEqual([before.failures + 1, NOW_MS])
      expect(state.failedAtMs.length === LOOP_STARTS).toBe(cell === 'loop')
    }
  })
})
