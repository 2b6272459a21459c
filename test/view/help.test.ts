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
    expect(helpLines(80, 2, PLAIN)).toEqual([
      'q Ctrl-C  quit in order; again: at once',
      '↑ ↓ j k   select; PgUp PgDn Home End',
    ])
    expect(helpLines(80, -1, PLAIN)).toEqual([])
  })

  it('says the same with colours as without', () => {
    expect(helpLines(80, 99, new Chalk({ level: 2 })).map(stripVTControlCharacters)).toEqual(helpLines(80, 99, PLAIN))
  })
})
