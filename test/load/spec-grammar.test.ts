import { describe, expect, it } from 'vitest'
import { formsOf, type Grammar, readSpec } from '../../src/load/spec-grammar.ts'

const GRAMMAR = {
  plain: {},
  wave: {
    period: { type: 'duration', min: 10, max: 60_000, otherwise: 1_000 },
    swing: { type: 'number', min: 0, max: 1, otherwise: 0.5 },
    count: { type: 'integer', min: 1, max: 9, otherwise: 3 },
  },
} as const satisfies Grammar<'plain' | 'wave'>

const read = (text: string) => readSpec(GRAMMAR, text)

describe('readSpec', () => {
  it('gives defaults to what is left out', () => {
    const values = { period: 1_000, swing: 0.5, count: 3 }

    expect(read('wave')).toEqual({ ok: true, value: { kind: 'wave', values } })
    expect(read('wave:swing=0')).toEqual({ ok: true, value: { kind: 'wave', values: { ...values, swing: 0 } } })
    expect(read('plain')).toEqual({ ok: true, value: { kind: 'plain', values: {} } })
  })

  it('takes numbers in any order, and durations of every unit', () => {
    const values = { period: 20.5, swing: 0.25, count: 9 }

    expect(read('wave:count=9,period=20500us,swing=0.25')).toEqual({ ok: true, value: { kind: 'wave', values } })
  })

  it.each([
    ['', 'is unknown: there are plain, wave'],
    ['wav', 'is unknown, did you mean wave?'],
    ['toString', 'is unknown: there are plain, wave'],
    ['plain:', 'says too much: write plain'],
    ['plain:x=1', 'says too much: write plain'],
    ['wave:', 'has an empty part: write for example wave:period=1s,swing=0.5,count=3'],
    ['wave:swing=1,', 'has an empty part: write for example wave:period=1s,swing=0.5,count=3'],
    ['wave:=1', 'has an empty part: write for example wave:period=1s,swing=0.5,count=3'],
    ['wave:swimg=1', 'has "swimg", which is unknown, did you mean swing?'],
    ['wave:constructor=1', 'has "constructor", which is unknown: there are period, swing, count'],
    ['wave:swing', 'has swing without a value: write for example swing=0.5'],
    ['wave:swing=', 'has swing without a value: write for example swing=0.5'],
    ['wave:swing=1,swing=1', 'says swing twice: leave one out'],
    ['wave:swing=half', 'has swing="half", which is no number: write for example swing=0.5'],
    ['wave:swing=1=2', 'has swing="1=2", which is no number: write for example swing=0.5'],
    ['wave:swing=NaN', 'has swing="NaN", which is no number: write for example swing=0.5'],
    ['wave:swing=Infinity', 'has swing="Infinity", which is no number: write for example swing=0.5'],
    ['wave:swing=1e-1', 'has swing="1e-1", which is no number: write for example swing=0.5'],
    ['wave:swing=-0.1', 'has swing="-0.1", which is out of range: 0 to 1'],
    ['wave:count=2.5', 'has count="2.5", which is not whole: write for example count=3'],
    ['wave:count=10', 'has count="10", which is out of range: 1 to 9'],
    ['wave:period=5', 'has period without a unit: write period=5ms or period=5s'],
    ['wave:period=soon', 'has period="soon", which is no duration: write for example period=1s'],
    ['wave:period=-1s', 'has period="-1s", which is no duration: write for example period=1s'],
    ['wave:period=9ms', 'has period="9ms", which is out of range: 10ms to 1m'],
    ['wave:period=1s:swing=1', 'has period="1s:swing=1", which is no duration: write for example period=1s'],
  ])('says what is wrong with %j', (text, message) => {
    expect(read(text)).toEqual({ ok: false, message })
  })

  it('never throws, whatever is typed, and ends in one line', () => {
    for (const text of ['\u001b[2J', 'wave:\n=1', 'wave:swing=\u0000', ':::', ',,,', '===', 'wave:swing=0.5\n']) {
      const result = read(text)

      expect(result.ok ? '' : result.message).toMatch(/^[ -~]+$/)
    }
  })
})

describe('formsOf', () => {
  it('shows each kind as it can be typed', () => {
    expect(formsOf(GRAMMAR)).toEqual(['plain', 'wave:period=1s,swing=0.5,count=3'])
    expect(formsOf(GRAMMAR).every(form => read(form).ok)).toBe(true)
  })
})
