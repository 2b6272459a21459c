import { describe, expect, it } from 'vitest'
import type { ProcessState } from '../../src/stats/reports.ts'
import { isTroubled, STATE_LOOKS, stateText, stateWord } from '../../src/view/state-word.ts'
import { textWidth } from '../../src/view/text-width.ts'

describe('state word', () => {
  it('is told apart by glyph, without colour, each one cell wide', () => {
    const glyphs = Object.values(STATE_LOOKS).map(({ glyph }) => glyph)
    expect(new Set(glyphs).size).toBe(glyphs.length)
    expect(glyphs.map(textWidth)).toEqual(glyphs.map(() => 1))
  })

  it.each<[ProcessState, string]>([
    ['up', '◆ hung'],
    ['draining', '◆ hung'],
    ['crash-loop', '▲ crash-loop'],
    ['down', '✖ down'],
    ['stopped', '○ stopped'],
    ['starting', '◐ starting'],
  ])('of a node without a sign of life that is %s is %s', (state, text) => {
    expect(stateText({ state, hung: true })).toBe(text)
  })

  it('is the state of a node that gives signs of life, and only some of them are trouble', () => {
    const states = ['starting', 'up', 'draining', 'down', 'crash-loop', 'stopped'] as const
    expect(states.map(state => stateWord({ state, hung: false }))).toEqual(states)
    expect(states.filter(state => isTroubled({ state, hung: false }))).toEqual(['down', 'crash-loop'])
    expect(isTroubled({ state: 'up', hung: true })).toBe(true)
  })
})
