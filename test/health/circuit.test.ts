import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CircuitLimits,
  type CircuitState,
  isProbeDue,
  makeCircuit,
  openCircuit,
  resetCircuit,
  stepAnswered,
  stepFailed,
  stepSent,
  stepTime,
  stepUndecided,
} from '../../src/health/circuit.ts'

const LIMITS: CircuitLimits = {
  consecutiveFailures: 5,
  successRateMin: 0.5,
  successRateWindowMs: 10_000,
  successRateRequests: 20,
  ejectionTimeMs: 2_000,
  ejectionTimeMaxMs: 30_000,
}

/** Requests of one ms each: `.` answered, `x` failed. Returns what each failure says. */
function run(state: CircuitState, text: string, startMs = 0, limits = LIMITS): (string | null)[] {
  return [...text].flatMap((end, i) => {
    const nowMs = startMs + i
    if (end === 'x') return [stepFailed(state, limits, nowMs, nowMs)]
    stepAnswered(state, limits, nowMs, nowMs)
    return []
  })
}

function opened(nowMs = 1_000): CircuitState {
  const state = makeCircuit()
  openCircuit(state, LIMITS, 0, nowMs)
  return state
}

function halfOpen(nowMs = 3_000): CircuitState {
  const state = opened(nowMs - 2_000)
  stepTime(state, nowMs)
  return state
}

describe('a closed circuit', () => {
  it.each([
    ['five failures in a row', 'xxxxx', '5 failures in a row'],
    ['a sixth, where it might not be opened', 'xxxxxx', '6 failures in a row'],
    ['a success between them', 'xxxx.xxxx', null],
    ['half of twenty', 'x.'.repeat(10), null],
    ['more than half of twenty, never five in a row', `${'xx.x.'.repeat(4)}x`, 'success rate 38 %'],
    ['more than half of fewer than twenty', 'xx.x.xx.x.xx.x.xx', null],
  ])('says of %s: %3$s', (_what, ends, reason) => {
    expect(run(makeCircuit(), ends).at(-1)).toBe(reason)
  })

  it('says it of the first failure where one is too many', () => {
    expect(run(makeCircuit(), 'x', 0, { ...LIMITS, consecutiveFailures: 1 })).toEqual(['a failure'])
  })

  it('never does where both limits are 0', () => {
    const limits = { ...LIMITS, consecutiveFailures: 0, successRateMin: 0 }

    expect(new Set(run(makeCircuit(), 'x'.repeat(1_000), 0, limits))).toEqual(new Set([null]))
  })

  it('holds nothing against it that was sent before it closed', () => {
    const state = halfOpen()
    stepSent(state, 3_001)
    stepAnswered(state, LIMITS, 3_001, 3_002)
    const late = Array.from({ length: 9 }, () => stepFailed(state, LIMITS, 900, 4_000))

    expect(late).toEqual(Array.from({ length: 9 }, () => null))
    expect(state.failuresInARow).toBe(0)
  })
})

describe('an open circuit', () => {
  it('lasts its time, and is half-open then', () => {
    const state = opened(1_000)
    const steps = [2_999, 3_000, 3_001].map(nowMs => [stepTime(state, nowMs), state.circuit])

    expect(steps).toEqual([
      [false, 'open'],
      [true, 'half-open'],
      [false, 'half-open'],
    ])
  })

  it('is moved by no request: those that end now were sent before', () => {
    const state = opened()
    const ends = [
      stepAnswered(state, LIMITS, 900, 1_100),
      stepFailed(state, LIMITS, 900, 1_100),
      stepUndecided(state, 900),
    ]

    expect(ends).toEqual([false, null, false])
    expect([state.circuit, state.ejections]).toEqual(['open', 1])
  })
})

describe('a half-open circuit', () => {
  it('waits for one probe, and for no second while that is in flight', () => {
    const state = halfOpen()
    const before = isProbeDue(state)
    stepSent(state, 3_100)

    expect([before, isProbeDue(state), state.probeSentMs]).toEqual([true, false, 3_100])
  })

  it('is closed by the probe’s answer', () => {
    const state = halfOpen()
    stepSent(state, 3_100)

    expect(stepAnswered(state, LIMITS, 3_100, 3_101)).toBe(true)
    expect([state.circuit, state.closedSinceMs]).toEqual(['closed', 3_101])
  })

  it('is opened by its failure, for longer', () => {
    const state = halfOpen()
    stepSent(state, 3_100)
    const reason = stepFailed(state, LIMITS, 3_100, 3_101)

    expect(reason).toBe('probe failed')
    expect(openCircuit(state, LIMITS, 0, 3_101)).toBe(4_000)
    expect([state.circuit, state.untilMs]).toEqual(['open', 7_101])
  })

  it('waits for another where its probe ends without a word of the upstream', () => {
    const state = halfOpen()
    stepSent(state, 3_100)

    expect([stepUndecided(state, 3_100), isProbeDue(state)]).toEqual([true, true])
  })

  it('is not moved by what was sent before the probe', () => {
    const state = halfOpen()
    stepSent(state, 3_100)

    expect([stepAnswered(state, LIMITS, 900, 3_101), stepFailed(state, LIMITS, 900, 3_101)]).toEqual([false, null])
    expect([state.circuit, state.probeSentMs]).toEqual(['half-open', 3_100])
  })
})

describe('ejections', () => {
  /** Ejected again and again, each after it was closed for so long. */
  function times(closedForMs: number, count: number): number[] {
    const state = makeCircuit()
    let nowMs = 0
    return Array.from({ length: count }, () => {
      const forMs = openCircuit(state, LIMITS, 0, nowMs)
      nowMs += forMs
      stepTime(state, nowMs)
      stepSent(state, nowMs)
      stepAnswered(state, LIMITS, nowMs, nowMs)
      nowMs += closedForMs
      return forMs
    })
  }

  it('last longer each time, up to 30 s', () => {
    expect(times(1_000, 17)).toEqual([...Array.from({ length: 15 }, (_, i) => 2_000 * (i + 1)), 30_000, 30_000])
  })

  it('begin anew after it was closed for as long as the last one lasted', () => {
    expect(times(2_000, 3)).toEqual([2_000, 2_000, 2_000])
    expect(times(1_999, 3)).toEqual([2_000, 4_000, 6_000])
  })

  it('begin anew for a new process', () => {
    const state = opened()
    openCircuit(state, LIMITS, 0, 9_000)
    resetCircuit(state, 10_000)

    expect(state.circuit).toBe('closed')
    expect(openCircuit(state, LIMITS, 0, 10_001)).toBe(2_000)
  })
})

describe('a circuit under any traffic', () => {
  it('has at most one probe in flight, and is closed by nothing but a probe', () => {
    const acts = fc.array(fc.constantFrom('send', 'answer', 'fail', 'nothing', 'time'), { maxLength: 300 })
    fc.assert(
      fc.property(acts, steps => {
        const state = makeCircuit()
        const inFlight: { sentMs: number; isProbe: boolean }[] = []
        let nowMs = 0
        for (const act of steps) {
          nowMs += act === 'time' ? 700 : 1
          stepTime(state, nowMs)
          const isOut = state.circuit !== 'closed'
          if (act === 'send' && (!isOut || isProbeDue(state))) {
            inFlight.push({ sentMs: nowMs, isProbe: isOut })
            stepSent(state, nowMs)
          } else if (act !== 'send' && act !== 'time') {
            const ended = inFlight.shift()
            if (ended) end(state, act, ended, nowMs)
          }

          const probes = inFlight.filter(({ isProbe }) => isProbe).length
          expect(state.circuit === 'half-open' ? probes : 0).toBe(state.probeSentMs === null ? 0 : 1)
        }
      }),
    )
  })

  function end(state: CircuitState, act: string, ended: { sentMs: number; isProbe: boolean }, nowMs: number): void {
    const before = state.circuit
    if (act === 'answer') {
      const isClosed = stepAnswered(state, LIMITS, ended.sentMs, nowMs)
      expect(isClosed).toBe(before === 'half-open' && ended.isProbe)
    } else if (act === 'nothing') stepUndecided(state, ended.sentMs)
    else if (stepFailed(state, LIMITS, ended.sentMs, nowMs) !== null) openCircuit(state, LIMITS, 0.5, nowMs)
  }
})
