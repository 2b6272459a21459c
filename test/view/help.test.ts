import { stripVTControlCharacters } from 'node:util'
import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import type { UpstreamCounters } from '../../src/stats/reports.ts'
import { healthWord } from '../../src/view/health-word.ts'
import { helpLines, helpPageCount } from '../../src/view/help.ts'
import { upstreamCounts } from '../support/stats.ts'
import { nodeStats } from './samples.ts'

const PLAIN = new Chalk({ level: 0 })

describe('help', () => {
  it('is whole at 40 columns', () => {
    const lines = helpLines(40, 99, PLAIN)
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(40)
    expect(lines.join('\n')).not.toContain('…')
  })

  it('says on a low terminal first how to get away', () => {
    expect(helpLines(60, 2, PLAIN)).toEqual([
      'q Ctrl-C  quit in order; again: at once',
      '↑ ↓ j k   mark a row for the keys below',
    ])
    expect(helpLines(80, -1, PLAIN)).toEqual([])
  })

  it.each([
    [40, 7],
    [40, 37],
    [60, 12],
    [80, 21],
    [80, 9],
    [120, 8],
    [100, 9],
    [120, 21],
    [200, 37],
  ])('tells everything once on its pages at %i columns and %i lines, cut nowhere', (columns, rows) => {
    const pages = Array.from({ length: helpPageCount(columns, rows) }, (_, page) =>
      helpLines(columns, rows, PLAIN, page),
    )
    const whole = helpLines(40, 99, PLAIN).filter(line => line !== '')
    const told = pages.flat().join('\n')
    expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(rows)
    expect(Math.max(...pages.flat().map(line => line.length))).toBeLessThanOrEqual(columns)
    for (const line of whole) expect(told.split(line), line).toHaveLength(2)
    expect(told).not.toContain('…')
    expect(helpLines(columns, rows, PLAIN, pages.length)).toEqual(pages[0])
  })

  it('has keys beside states and health on 80 columns and 24 rows, and the columns of the table behind them', () => {
    const [first, second] = [helpLines(80, 21, PLAIN), helpLines(80, 21, PLAIN, 1)]
    expect(helpPageCount(80, 21)).toBe(2)
    expect(first[0]).toBe('q Ctrl-C  quit in order; again: at once  ◐ starting    started, not ready yet')
    expect(first[9]).toMatch(/^PgUp PgDn mark ten further; Home, End {4}HEALTH {4}what its parents see of it$/)
    expect(first.join('\n')).toContain('ejected   it fails: left out for a time')
    expect(second[0]).toBe('~         perhaps more: it died')
  })

  it('is one page at 120 columns and 24 rows', () => {
    expect(helpPageCount(120, 21)).toBe(1)
    expect(helpLines(120, 21, PLAIN)[4]).toMatch(
      /^z {9}freeze it; again: it goes on +✖ down +died, starts again soon +EXPECT +share promised/,
    )
  })

  it('explains every word that HEALTH may have, but for the plain ones', () => {
    const told = helpLines(60, 99, PLAIN).map(line => line.split(/ {2}/)[0])
    const views: Partial<UpstreamCounters>[] = [
      { circuit: 'open' },
      { circuit: 'half-open' },
      { health: 'unhealthy' },
      { admin: 'drain' },
      { admin: 'maintenance' },
      { ramp: 0.4 },
    ]
    const words = views.map(view => healthWord(nodeStats('s'), [upstreamCounts('s', view)]).text)
    words.push(healthWord(nodeStats('s', { state: 'down' }), [upstreamCounts('s', { health: 'unhealthy' })]).text)
    words.push(healthWord(nodeStats('s', { backup: true }), [upstreamCounts('s')]).text)
    words.push(healthWord(nodeStats('s'), [upstreamCounts('s'), upstreamCounts('s', { circuit: 'open' })]).text)
    expect(words.filter(word => !told.includes(word))).toEqual([])
    expect(new Set(words).size).toBe(words.length)
  })

  it('says the same with colours as without', () => {
    expect(helpLines(80, 99, new Chalk({ level: 2 })).map(stripVTControlCharacters)).toEqual(helpLines(80, 99, PLAIN))
  })
})
