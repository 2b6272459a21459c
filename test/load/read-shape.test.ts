import { describe, expect, it } from 'vitest'
import { readShape, SHAPES, shapeProblem, shapeText } from '../../src/load/read-shape.ts'
import type { ShapeSpec } from '../../src/load/shape.ts'
import { formsOf } from '../../src/load/spec-grammar.ts'

describe('readShape', () => {
  it.each<[string, ShapeSpec]>([
    ['constant', { kind: 'constant' }],
    ['ramp', { kind: 'ramp', from: 0 }],
    ['ramp:from=0.2', { kind: 'ramp', from: 0.2 }],
    ['step:steps=8', { kind: 'step', steps: 8 }],
    ['sine:period=250ms', { kind: 'sine', periodMs: 250, swing: 0.5 }],
    ['spike', { kind: 'spike', factor: 5, at: 0.5, forMs: 200 }],
    ['spike:for=1500us,at=0.9,factor=0', { kind: 'spike', factor: 0, at: 0.9, forMs: 1.5 }],
  ])('reads %s', (text, value) => {
    expect(readShape(text)).toEqual({ ok: true, value })
  })

  it('reads what the help shows', () => {
    expect(formsOf(SHAPES).map(form => readShape(form).ok)).toEqual([true, true, true, true, true])
  })

  it.each(['sin', 'ramp:to=1', 'step:steps=1', 'sine:swing=1.1', 'spike:at=2', 'spike:for=0s'])('refuses %s', text => {
    expect(readShape(text).ok).toBe(false)
  })
})

describe('shapeText', () => {
  it.each([
    'constant',
    'ramp:from=0.5',
    'step:steps=7',
    'sine:period=250ms,swing=0.9',
    'spike:factor=3,at=0.25,for=1s',
    ...formsOf(SHAPES),
  ])('of what %s reads is that again', text => {
    const read = readShape(text)

    expect(read.ok && shapeText(read.value)).toBe(text)
  })
})

describe('shapeProblem', () => {
  const spike: ShapeSpec = { kind: 'spike', factor: 5, at: 0.5, forMs: 1_000 }

  it('lets through what fits', () => {
    expect(shapeProblem(spike, 200_000, 2_000)).toBeNull()
    expect(shapeProblem({ kind: 'constant' }, 1_000_000, 1)).toBeNull()
  })

  it('refuses a peak that no file may ask for, and a spike that the round cuts off', () => {
    expect(shapeProblem(spike, 200_001, 2_000)).toBe(
      'asks for 1000005 requests per second at its peak: 1000000 is the most',
    )
    expect(shapeProblem(spike, 100, 1_500)).toBe(
      'begins 750ms before the end of a round and lasts 1s: shorten it, or give --duration',
    )
  })
})
