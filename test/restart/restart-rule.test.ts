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

const spec = { delayMinMs: 100, delayMaxMs: 15_000 }
const failed: Ending = { readyForMs: null, exitCode: 1 }
const good: Ending = { readyForMs: 1_001, exitCode: 1 }

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
    expect(delaysOf(run([[5_000, { readyForMs, exitCode: null }]]))).toEqual([delayMs])
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
      const decision = stepRestart(before, { readyForMs, exitCode: 78 }, spec, 3, makeScriptedRng([]))

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

  it('changes no state that it was given', () => {
    const state = Object.freeze({ failedAtMs: Object.freeze([0, 1, 2, 3, 4]), failures: 5 })

    for (const ending of [failed, good]) expect(() => stepRestart(state, ending, spec, 5, makeRng(1))).not.toThrow()
  })
})
