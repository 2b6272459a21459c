import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { footerSegments } from '../../src/view/footer.ts'
import { joinSegments } from '../../src/view/segments.ts'
import { FIRST_VIEW, type ViewState } from '../../src/view/view-state.ts'
import { statsReport } from './samples.ts'

const footer = (
  width: number,
  parts: Partial<ViewState> = {},
  report: ReturnType<typeof statsReport> | null = statsReport(),
) => joinSegments(footerSegments(report, { ...FIRST_VIEW, ...parts }, 2), width, new Chalk({ level: 0 }))

describe('footer', () => {
  it.each([
    [200, 'q quit · ? help · ↑↓ select · s sort · / filter · p pause'],
    [60, 'q quit · ? help · ↑↓ select · s sort · / filter · p pause'],
    [50, 'q quit · ? help · s sort · / filter · p pause'],
    [40, 'q quit · ? help · / filter · p pause'],
    [16, 'q quit · ? help'],
  ])('names at %i columns: %s', (width, line) => {
    expect(footer(width)).toBe(line)
  })

  it.each([
    ['while paused', { isPaused: true }, 'q quit · ? help · ↑↓ select · s sort · / filter · p go on'],
    ['while the filter is typed', { isTyping: true, filter: 'se' }, '/se_ · 2 of 9 · Enter keeps · Esc clears'],
    [
      'with a filter',
      { filter: 'se' },
      '/se 2 of 9 · Esc all · q quit · ? help · ↑↓ select · s sort · / filter · p pause',
    ],
    ['with the help', { isHelpShown: true }, 'q quit · any key: back'],
  ])('names what applies %s', (_name, parts, line) => {
    expect(footer(100, parts)).toBe(line)
  })

  it('never hides that a filter hides nodes', () => {
    expect(footer(40, { filter: 'server' })).toBe('/server 2 of 9 · Esc all · q quit')
    expect(footer(24, { filter: 'server' })).toBe('/server 2 of 9 · Esc all')
  })

  it('offers little before the first figures and while the run ends', () => {
    expect(footer(80, {}, null)).toBe('q quit · ? help')
    expect(footer(80, {}, statsReport({ phase: 'stopping' }))).toBe(
      'finishing what is under way · Ctrl-C stops at once',
    )
    expect(footer(40, {}, statsReport({ phase: 'stopping' }))).toBe('Ctrl-C stops at once')
  })
})
