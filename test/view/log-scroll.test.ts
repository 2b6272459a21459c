import { describe, expect, it } from 'vitest'
import { type LogPlace, linesInSight, stepScroll } from '../../src/view/log-scroll.ts'
import { logLines } from './samples.ts'

const LINES = logLines(30)
const ROWS = 10
const NEWEST: LogPlace = { id: 'server-1', last: null }

/** The place after these keys, words apart by blanks. */
function placeAfter(keys: string, from = NEWEST, lines = LINES, rows = ROWS): LogPlace {
  const press = (place: LogPlace, key: string) => stepScroll(place, key === 'space' ? ' ' : key, { lines, rows })!
  return keys.split(' ').filter(Boolean).reduce(press, from)
}

/** `21-30`: the first and the last line in sight. */
function inSight(place: LogPlace, lines = LINES, rows = ROWS): string {
  const { first, end } = linesInSight(place, { lines, rows })
  return lines
    .slice(first, end)
    .map(({ msg }) => msg.replace('line ', ''))
    .filter((_, i, all) => i === 0 || i === all.length - 1)
    .join('-')
}

describe('scrolling a log', () => {
  it.each([
    ['', '21-30'],
    ['up', '20-29'],
    ['k k', '19-28'],
    ['k j', '21-30'],
    ['down', '21-30'],
    ['page-up', '12-21'],
    ['b b', '3-12'],
    ['b b b b', '1-10'],
    ['home', '1-10'],
    ['g up', '1-10'],
    ['g down', '2-11'],
    ['g space', '10-19'],
    ['home page-down page-down', '19-28'],
    ['home end', '21-30'],
    ['g G', '21-30'],
  ])('after %s shows %s', (keys, lines) => {
    expect(inSight(placeAfter(keys))).toBe(lines)
  })

  it('follows what comes while the newest line is in sight, and stands still else', () => {
    const more = [...LINES, ...logLines(5)]
    expect([inSight(NEWEST, more), inSight(placeAfter('up up down down'), more)]).toEqual(
      ['1-5', '1-5'].map(() => '26-5'),
    )
    const scrolled = placeAfter('up')
    expect([inSight(scrolled), inSight(scrolled, more)]).toEqual(['20-29', '20-29'])
    expect(placeAfter('end', scrolled, more).last).toBeNull()
  })

  it('stays with its lines when older ones go, and shows the oldest when its own are gone', () => {
    const scrolled = placeAfter('home down')
    expect(inSight(scrolled, LINES.slice(1))).toBe('2-11')
    expect(inSight(scrolled, LINES.slice(5))).toBe('6-15')
    expect(inSight(scrolled, LINES.slice(15))).toBe('16-25')
    expect(inSight(placeAfter('down', scrolled, LINES.slice(15)), LINES.slice(15))).toBe('17-26')
  })

  it('has nothing to move where everything is in sight, or nothing is there', () => {
    for (const keys of ['up', 'home', 'page-up', 'end']) {
      expect(placeAfter(keys, NEWEST, LINES.slice(0, 4)).last).toBeNull()
      expect(placeAfter(keys, NEWEST, []).last).toBeNull()
      expect(placeAfter(keys, NEWEST, LINES, 99).last).toBeNull()
    }
    expect([inSight(NEWEST, LINES.slice(0, 4)), inSight(NEWEST, [])]).toEqual(['1-4', ''])
  })

  it('shows full screens after a change of size', () => {
    const top = placeAfter('home')
    expect([inSight(top, LINES, 20), inSight(top, LINES, 5)]).toEqual(['1-20', '6-10'])
  })

  it('leaves other keys to others', () => {
    expect(stepScroll(NEWEST, 'x', { lines: LINES, rows: ROWS })).toBeNull()
  })
})
