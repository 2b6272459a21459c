import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { type FooterOptions, footerSegments } from '../../src/view/footer.ts'
import { joinSegments } from '../../src/view/segments.ts'
import { FIRST_VIEW, type ViewState } from '../../src/view/view-state.ts'
import { statsReport } from './samples.ts'

interface Parts extends Partial<Omit<FooterOptions, 'view'>> {
  view?: Partial<ViewState>
}

function footer(
  width: number,
  { view, ...parts }: Parts = {},
  report: ReturnType<typeof statsReport> | null = statsReport(),
) {
  const options = { rows: 2, selected: null, notice: null, helpPages: 1, ...parts }
  const segments = footerSegments(report, { ...options, view: { ...FIRST_VIEW, ...view } })
  return joinSegments(segments, width, new Chalk({ level: 0 }))
}

const SELECTED = { id: 'server-1', admin: 'ready', isStopped: false } as const

describe('footer', () => {
  it.each([
    [200, 'q quit · ? help · ↑↓ select · + - rate · R reload · s sort · / filter · p pause'],
    [80, 'q quit · ? help · ↑↓ select · + - rate · R reload · s sort · / filter · p pause'],
    [60, 'q quit · ? help · ↑↓ select · + - rate · / filter · p pause'],
    [40, 'q quit · ? help · ↑↓ select · + - rate'],
    [16, 'q quit · ? help'],
  ])('names at %i columns: %s', (width, line) => {
    expect(footer(width)).toBe(line)
  })

  it.each([
    [
      120,
      'q quit · ? help · r restart · x kill -9 · z stop · d drain · l logs · + - rate · R reload · s sort · / filter · p pause',
    ],
    [80, 'q quit · ? help · r restart · x kill -9 · z stop · d drain · l logs · + - rate'],
    [60, 'q quit · ? help · r restart · x kill -9 · z stop · l logs'],
    [40, 'q quit · x kill -9 · z stop · l logs'],
  ])('names with a row selected at %i columns: %s', (width, line) => {
    expect(footer(width, { selected: SELECTED })).toBe(line)
  })

  it('names what a key would do now', () => {
    const line = footer(200, { selected: { ...SELECTED, admin: 'drain', isStopped: true } })
    expect(line).toContain(' · z continue · d ready · ')
    expect(footer(200, { selected: { ...SELECTED, admin: 'maintenance' } })).toContain(' · d ready · ')
  })

  it.each<[string, Parts, string]>([
    [
      'while paused',
      { view: { isPaused: true } },
      'q quit · ? help · ↑↓ select · + - rate · R reload · s sort · / filter · p go on',
    ],
    [
      'while the filter is typed',
      { view: { isTyping: true, filter: 'se' } },
      '/se_ · 2 of 9 · Enter keeps · Esc clears',
    ],
    [
      'with a filter',
      { view: { filter: 'se' } },
      '/se 2 of 9 · Esc all · q quit · ? help · ↑↓ select · + - rate · s sort · / filter · p pause',
    ],
    ['with the help', { view: { helpPage: 0 } }, 'q quit · any key: back'],
    ['with a part of the help', { view: { helpPage: 4 }, helpPages: 3 }, 'q quit · ↓ more (2 of 3) · any key: back'],
    [
      'with a log',
      { view: { log: { id: 's', last: null } }, selected: SELECTED },
      'q back · ↑↓ scroll · End newest · ←→ other nodes',
    ],
    ['with the help over a log', { view: { helpPage: 0, log: { id: 's', last: null } } }, 'q quit · any key: back'],
  ])('names what applies %s', (_name, parts, line) => {
    expect(footer(100, parts)).toBe(line)
  })

  it('never hides that a filter hides nodes', () => {
    expect(footer(40, { view: { filter: 'server' } })).toBe('/server 2 of 9 · Esc all · q quit')
    expect(footer(24, { view: { filter: 'server' } })).toBe('/server 2 of 9 · Esc all')
    expect(footer(60, { view: { filter: 'server' }, selected: SELECTED })).toMatch(
      /^\/server 2 of 9 · Esc all · q quit · x/,
    )
  })

  it('gives way to what became of a key, whatever else there is, cut where it is too long', () => {
    const notice = { text: '✖ server-3 has no process to stop', style: 'bad' } as const
    for (const view of [{}, { filter: 's' }, { log: { id: 's', last: null } }]) {
      expect(footer(80, { view, notice, selected: SELECTED })).toBe(notice.text)
    }
    expect(footer(20, { notice })).toBe('✖ server-3 has no p…')
    expect(footer(80, { notice }, statsReport({ phase: 'stopping' }))).toMatch(/^finishing/)
  })

  it('offers little before the first figures and while the run ends', () => {
    expect(footer(80, {}, null)).toBe('q quit · ? help')
    expect(footer(80, {}, statsReport({ phase: 'stopping' }))).toBe(
      'finishing what is under way · Ctrl-C stops at once',
    )
    expect(footer(40, {}, statsReport({ phase: 'stopping' }))).toBe('Ctrl-C stops at once')
  })
})
