import { stripVTControlCharacters } from 'node:util'
import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import type { UpstreamCounters } from '../../src/stats/reports.ts'
import { healthWord } from '../../src/view/health-word.ts'
import { helpLines } from '../../src/view/help.ts'
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
      '↑ ↓ j k   mark a row; it stays in sight',
    ])
    expect(helpLines(80, -1, PLAIN)).toEqual([])
  })

  it('tells the columns beside keys and states on 80 columns and 24 rows, cut nowhere', () => {
    const lines = helpLines(80, 21, PLAIN)
    expect(lines).toHaveLength(21)
    expect(lines[0]).toBe('q Ctrl-C  quit in order; again: at once   HEALTH    what its parents see of it')
    expect(lines[16]).toBe('+ panic       few are well: it uses all   QUEUED    of these, waiting')
    expect(lines.join('\n')).not.toContain('…')
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(80)
    for (const sign of ['~', '+1', '-', 'EXPECT', 'INFLIGHT', 'SHARE', 'ERRORS', 'QUEUED', 'RETRIED', 'REQ/S'])
      expect(lines.join('\n')).toContain(` ${sign} `)
  })

  it('tells as much of health and columns below the states as there is room for', () => {
    expect(helpLines(60, 20, PLAIN).slice(-3)).toEqual([
      '',
      'HEALTH    what its parents see of it',
      'ejected   it fails: skipped for now',
    ])
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
