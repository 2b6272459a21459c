import { stripVTControlCharacters } from 'node:util'
import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { helpLines } from '../../src/view/help.ts'

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
    expect(lines).toHaveLength(16)
    expect(lines[0]).toBe('q Ctrl-C  quit in order; again: at once   ~         perhaps more: it died')
    expect(lines.join('\n')).not.toContain('…')
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(80)
    for (const sign of ['+1', '-', 'EXPECT', 'INFLIGHT', 'SHARE', 'ERRORS'])
      expect(lines.join('\n')).toContain(` ${sign} `)
  })

  it('tells as many of the columns below the states as there is room for', () => {
    expect(helpLines(60, 19, PLAIN).slice(-3)).toEqual([
      '',
      '~         perhaps more: it died',
      '+1        behind one more parent',
    ])
  })

  it('says the same with colours as without', () => {
    expect(helpLines(80, 99, new Chalk({ level: 2 })).map(stripVTControlCharacters)).toEqual(helpLines(80, 99, PLAIN))
  })
})
