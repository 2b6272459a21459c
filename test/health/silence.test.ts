import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  beginWaiting,
  makeSilence,
  type Silence,
  type SilenceLimits,
  stepHeard,
  stepPong,
  stepTick,
} from '../../src/health/silence.ts'

const LIMITS: SilenceLimits = { intervalMs: 500, timeoutMs: 1_000, fall: 3, rise: 2 }

const with_ = (keys: Partial<Silence>): Silence => ({ ...makeSilence(0), ...keys })

describe('a tick of a link that talks', () => {
  const IDLE = { lastByteMs: 0, outstanding: 0 }
  const BUSY = { lastByteMs: 0, outstanding: 1 }
  it.each<[string, Partial<Silence>, typeof IDLE, number, string, Partial<Silence>]>([
    ['waits for the interval', {}, IDLE, 499, 'nothing', { missed: 0, owedPongs: 0 }],
    ['asks after it', {}, IDLE, 500, 'ping', { missed: 1, owedPongs: 1, pingedMs: 500, waitingSinceMs: 500 }],
    ['gives each PING its time', { missed: 1, owedPongs: 1, pingedMs: 500 }, IDLE, 999, 'nothing', { missed: 1 }],
    ['asks again', { missed: 2, owedPongs: 2, pingedMs: 1_000 }, IDLE, 1_500, 'ping', { missed: 3, owedPongs: 3 }],
    ['gives the last its time too', { missed: 3, pingedMs: 1_500 }, IDLE, 1_999, 'nothing', { isSilent: false }],
    ['falls after it', { missed: 3, owedPongs: 3, pingedMs: 1_500 }, IDLE, 2_000, 'unanswered', { isSilent: true }],
    ['forgets what it missed at any byte', { missed: 3, pingedMs: -100 }, IDLE, 100, 'nothing', { missed: 0 }],
    ['with an answer owed, asks all the same', {}, BUSY, 500, 'ping', { waitingSinceMs: 0 }],
    ['gives an answer its time', { missed: 1, pingedMs: 600 }, BUSY, 999, 'nothing', { isSilent: false }],
    ['falls when one is overdue', { missed: 1, pingedMs: 500 }, BUSY, 1_000, 'overdue', { isSilent: true }],
    ['counts from what is owed first', { waitingSinceMs: 600, pingedMs: 900 }, BUSY, 1_300, 'nothing', {}],
  ])('%s', (_what, before, heard, nowMs, step, after) => {
    const silence = with_(before)

    expect(stepTick(silence, heard, LIMITS, nowMs, 0)).toBe(step)
    expect(silence).toMatchObject(after)
  })

  it('does not count time in which nobody here listened', () => {
    const silence = with_({ pingedMs: 500, missed: 1, owedPongs: 1, waitingSinceMs: 500 })

    expect(stepTick(silence, { lastByteMs: 6_000, outstanding: 1 }, LIMITS, 6_600, 6_000)).toBe('nothing')
    expect(silence).toMatchObject({ isSilent: false, pingedMs: 6_500, waitingSinceMs: 6_500, missed: 1 })
  })
})

describe('a silent link', () => {
  it.each<[string, Partial<Silence>, 'heard' | 'pong', number, string, Partial<Silence>]>([
    ['gives a first sign, and is asked at once', { owedPongs: 3 }, 'heard', 9_000, 'ping', { signs: 1, owedPongs: 4 }],
    [
      'says more in one gasp: one sign',
      { signs: 1, owedPongs: 4, pingedMs: 9_000 },
      'heard',
      9_000,
      'nothing',
      { signs: 1 },
    ],
    [
      'answers what is old: no sign',
      { signs: 1, owedPongs: 4, pingedMs: 9_000 },
      'pong',
      9_000,
      'nothing',
      { signs: 1 },
    ],
    [
      'answers the last PING: back',
      { signs: 1, owedPongs: 1, pingedMs: 9_000, isAsked: true },
      'pong',
      9_001,
      'back',
      { isSilent: false },
    ],
  ])('%s', (_what, before, what, nowMs, step, after) => {
    const silence = with_({ isSilent: true, ...before })

    expect((what === 'heard' ? stepHeard : stepPong)(silence, LIMITS, nowMs)).toBe(step)
    expect(silence).toMatchObject(after)
  })

  it('begins anew where its next sign does not come in time', () => {
    const silence = with_({ isSilent: true, signs: 1, owedPongs: 1, pingedMs: 9_000 })
    const steps = [9_499, 9_500].map(nowMs => [
      stepTick(silence, { lastByteMs: 9_000, outstanding: 0 }, LIMITS, nowMs, 0),
      silence.signs,
    ])

    expect(steps).toEqual([
      ['nothing', 1],
      ['nothing', 0],
    ])
  })

  it('is asked where it owes no PONG: there is nothing else that it could return by', () => {
    const silence = with_({ isSilent: true, pingedMs: 9_000 })
    const steps = [9_019, 9_020, 9_040].map(nowMs =>
      stepTick(silence, { lastByteMs: 0, outstanding: 0 }, LIMITS, nowMs, 0),
    )

    expect(steps).toEqual(['nothing', 'ping', 'nothing'])
  })

  it('that answers a PING at once has given one sign, not two, and is asked again in time', () => {
    const silence = with_({ isSilent: true, owedPongs: 1, pingedMs: 8_999 })
    const steps = [stepHeard(silence, LIMITS, 9_000), stepPong(silence, LIMITS, 9_000)]
    const later = stepTick(silence, { lastByteMs: 9_000, outstanding: 0 }, LIMITS, 9_020, 0)

    expect([...steps, later]).toEqual(['nothing', 'nothing', 'ping'])
    expect(stepPong(silence, LIMITS, 9_021)).toBe('back')
  })

  it('that answers all that has piled up in one gasp has given one sign, and is asked at once', () => {
    const silence = with_({ isSilent: true, owedPongs: 16, pingedMs: 8_000 })
    const heard = stepHeard(silence, LIMITS, 9_000)
    const pongs = Array.from({ length: 16 }, () => stepPong(silence, LIMITS, 9_000))

    expect([heard, ...pongs]).toEqual([...Array.from({ length: 16 }, () => 'nothing'), 'ping'])
    expect(stepPong(silence, LIMITS, 9_001)).toBe('back')
  })

  it('is back at once where one sign is enough', () => {
    expect(stepHeard(with_({ isSilent: true }), { ...LIMITS, rise: 1 }, 9_000)).toBe('back')
  })
})

describe('silence', () => {
  it('waits from the first that is owed, PING or request', () => {
    const [idle, asked] = [with_({}), with_({ owedPongs: 1, waitingSinceMs: 500 })]
    beginWaiting(idle, 700)
    beginWaiting(asked, 700)

    expect([idle.waitingSinceMs, asked.waitingSinceMs]).toEqual([700, 500])
  })

  const limitsOf = fc.record({
    intervalMs: fc.integer({ min: 1, max: 1_000 }),
    timeoutMs: fc.integer({ min: 1, max: 3_000 }),
    fall: fc.integer({ min: 1, max: 100 }),
    rise: fc.integer({ min: 1, max: 100 }),
  })

  it('is found out in fall + 1 intervals and ticks, whatever the limits, with at most 16 PINGs unanswered', () => {
    fc.assert(
      fc.property(limitsOf, fc.integer({ min: 10, max: 250 }), (limits, tickMs) => {
        const silence = makeSilence(0)
        const periodMs = Math.max(20, limits.intervalMs) + tickMs
        let nowMs = 0
        while (!silence.isSilent && nowMs < 1_000_000) {
          nowMs += tickMs
          stepTick(silence, { lastByteMs: 0, outstanding: 0 }, limits, nowMs, 0)
        }

        expect(nowMs).toBeLessThanOrEqual((limits.fall + 1) * periodMs)
        expect(silence.owedPongs).toBeLessThanOrEqual(16)
      }),
    )
  })

  it('ends for whoever answers each PING, whatever the limits, and PINGs are 20 ms apart', () => {
    fc.assert(
      fc.property(limitsOf, fc.integer({ min: 10, max: 250 }), (limits, tickMs) => {
        const silence = with_({ isSilent: true, pingedMs: 0 })
        const pings: number[] = []
        for (let nowMs = tickMs; silence.isSilent && nowMs < 100_000; nowMs += tickMs) {
          let step: string = stepTick(silence, { lastByteMs: 0, outstanding: 0 }, limits, nowMs, 0)
          while (step === 'ping') {
            pings.push(nowMs)
            const heard = stepHeard(silence, limits, nowMs)
            if (heard === 'ping') pings.push(nowMs)
            step = stepPong(silence, limits, nowMs)
          }
        }

        expect(silence.isSilent).toBe(false)
        expect(pings.every((pingMs, i) => i === 0 || pingMs - pings[i - 1]! >= 20)).toBe(true)
      }),
    )
  })
})
