import { stripVTControlCharacters } from 'node:util'
import { Chalk } from 'chalk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LOG_LEVELS, type LogLevel, wrapLine } from '../../src/stats/log-line.ts'
import { logText } from '../../src/view/log-text.ts'
import { textWidth } from '../../src/view/text-width.ts'
import { logLine, SAMPLE_TIME_MS } from './samples.ts'

const PLAIN = new Chalk({ level: 0 })
const COLOURED = new Chalk({ level: 2 })
const SOURCE = { node: 'server-1', role: 'server', pid: 7 }

describe('log text', () => {
  it.each([
    [{}, '12:03:11.250 info  queue is full'],
    [{ queue: 64, wait: '12ms' }, '12:03:11.250 info  queue is full queue=64 wait=12ms'],
    [{ why: 'too many', empty: '', at: null }, '12:03:11.250 info  queue is full why="too many" empty="" at=null'],
    [{ hops: [{ node: 'lb', ms: 1.2 }] }, '12:03:11.250 info  queue is full hops=[{"node":"lb","ms":1.2}]'],
    [{ event: 'x', dropped: 3 }, '12:03:11.250 info  queue is full'],
  ])('of a line with the fields %j is %s', (fields, text) => {
    expect(logText(logLine('queue is full', fields), 100, PLAIN)).toBe(text)
  })

  it('leaves the milliseconds away on a narrow screen, and cuts at its edge', () => {
    const line = logLine('a sentence that is much too long', {}, 'error')
    expect(logText(line, 40, PLAIN)).toBe('12:03:11 error a sentence that is much …')
  })

  it('of what a process printed is that, with the level of where it came from', () => {
    const line = wrapLine(SOURCE, SAMPLE_TIME_MS, 'error', '    at x.js:3 {"a":1}')
    expect(logText(line, 100, PLAIN)).toBe('12:03:11.250 error     at x.js:3 {"a":1}')
  })

  it('colours the level and the time, and says the same without', () => {
    for (const level of Object.keys(LOG_LEVELS) as LogLevel[]) {
      const line = logLine('m', { a: 1 }, level)
      expect(logText(line, 100, COLOURED)).toMatch(/^\x1b\[2m12:03:11\.250/)
      expect(stripVTControlCharacters(logText(line, 100, COLOURED))).toBe(logText(line, 100, PLAIN))
    }
    expect(logText(logLine('m', {}, 'warn'), 100, COLOURED)).toContain('\x1b[33mwarn \x1b[39m')
  })

  it('cuts a field so that the next has room, and looks at no more of a line than a screen shows', () => {
    const text = logText(logLine('m', { stack: 'x'.repeat(500), code: 7 }), 100, PLAIN)
    expect(text).toMatch(/ stack=x{39}… code=7$/)
    expect(textWidth(logText(logLine('y'.repeat(8_000)), 200, PLAIN))).toBe(200)
  })

  it('takes any text as it comes, and nothing in it is obeyed by a terminal', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom(
        '\x1b[2J',
        '\x1b]0;x\x07',
        '\u202e',
        '\r\n',
        '\x9b1m',
        '\ud800',
        '漢字',
        'e\u0301',
        '\u2028',
        '👩‍👩‍👧',
      ),
    )
    const texts = fc.array(piece, { maxLength: 8 }).map(parts => parts.join(''))
    fc.assert(
      fc.property(
        texts,
        fc.dictionary(texts, fc.oneof(texts, fc.jsonValue())),
        texts,
        fc.integer({ min: 40, max: 200 }),
        (msg, fields, raw, columns) => {
          const made = logLine(msg, fields, 'warn')
          for (const line of [made, { ...made, text: raw }, wrapLine(SOURCE, SAMPLE_TIME_MS, 'info', raw)]) {
            const shown = logText(line, columns, PLAIN)
            expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
            expect(textWidth(shown)).toBeLessThanOrEqual(columns)
          }
        },
      ),
    )
  })
})
