import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isAtLeast,
  LOG_LEVELS,
  type LogLevel,
  type LogSource,
  makeLogLine,
  parseLogLine,
  wrapLine,
} from '../../src/stats/log-line.ts'

const SERVER: LogSource = { node: 'server-1', role: 'server', pid: 4711 }
const LEVELS = Object.keys(LOG_LEVELS) as LogLevel[]
/** What a terminal obeys, or does not show; a tab and a line feed are among it. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

const anyText = fc.string({ unit: 'binary' })
const anyMessage = fc.oneof(
  anyText,
  fc.string({ unit: fc.constantFrom('\x1b', '\x9b', '\u202e', '\ufeff', '\ud800', '"', '\n') }),
)
const anyFields = fc.dictionary(anyText, fc.jsonValue())

describe('a log line', () => {
  it('has the shape of pino', () => {
    const { text } = makeLogLine(SERVER, 1_700_000_000_123.7, 'info', 'ready', { socket: 'sockets/server-1.sock' })

    expect(text).toBe(
      '{"level":30,"time":1700000000124,"pid":4711,"node":"server-1","role":"server","msg":"ready","socket":"sockets/server-1.sock"}',
    )
  })

  it('knows which levels are above which', () => {
    expect(LEVELS.map(level => isAtLeast(level, 'warn'))).toEqual([false, false, false, true, true, true])
    expect(Object.values(LOG_LEVELS)).toEqual([10, 20, 30, 40, 50, 60])
  })

  it('keeps its own keys, whatever fields are called', () => {
    const line = makeLogLine(SERVER, 1, 'warn', 'msg', {
      level: 60,
      msg: 'other',
      node: 'server-2',
      time: 2,
      pid: 1,
      x: 1,
    })

    expect(JSON.parse(line.text)).toEqual({
      level: 40,
      time: 1,
      pid: 4711,
      node: 'server-1',
      role: 'server',
      msg: 'msg',
      x: 1,
    })
  })

  it('escapes what no terminal should see, also beyond the first 65 536 characters', () => {
    const { text } = makeLogLine(SERVER, 0, 'info', 'a\u{13430}\u202e\x9b')

    expect(text).toContain('"msg":"a\\ud80d\\udc30\\u202e\\u009b"')
  })

  it('is read again as it was written, whatever it says, and moves no cursor', () => {
    fc.assert(
      fc.property(anyMessage, anyFields, fc.constantFrom(...LEVELS), (msg, fields, level) => {
        const line = makeLogLine(SERVER, 1_700_000_000_123, level, msg, fields)

        expect(parseLogLine(line.text, 'server-1')).toEqual(line)
        expect(line.text).not.toMatch(OBEYED)
        expect(JSON.parse(line.text).msg).toBe(msg)
      }),
    )
  })

  it('is within its limit, and JSON, however long what it says is', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat(2_000), anyFields, (unit, times, fields) => {
        const msg = unit.repeat(times).slice(0, 20_000)
        const whole = makeLogLine(SERVER, 1, 'info', msg, fields)
        const line = makeLogLine(SERVER, 1, 'info', msg, fields, 2_700)

        expect(Buffer.byteLength(line.text)).toBeLessThanOrEqual(2_700)
        if (Buffer.byteLength(whole.text) <= 2_700) expect(line).toEqual(whole)
        else expect(JSON.parse(line.text)).toMatchObject({ level: 30, node: 'server-1', cut: true })
      }),
    )
  })

  it('loses its fields before its sentence, and half a sentence is marked', () => {
    const withoutFields = makeLogLine(SERVER, 1, 'info', 'a sentence', { long: 'x'.repeat(500) }, 300)
    const halved = makeLogLine(SERVER, 1, 'info', 'y'.repeat(400), {}, 300)

    expect(JSON.parse(withoutFields.text)).toMatchObject({ msg: 'a sentence', cut: true })
    expect(withoutFields.msg).toBe('a sentence')
    expect(halved.msg).toBe(`${'y'.repeat(200)}…`)
    expect(JSON.parse(halved.text).msg).toBe(halved.msg)
  })

  it('says which event tells the same, and how many lines are missing before it', () => {
    const line = makeLogLine(SERVER, 1, 'warn', 'ejected', { event: 'ejected' })
    const gap = makeLogLine(SERVER, 1, 'warn', '12 lines dropped', { dropped: 12 })

    expect([line.event, line.dropped]).toEqual(['ejected', 0])
    expect([gap.event, gap.dropped]).toEqual([null, 12])
    expect([-1, 0.5, '3', null].map(dropped => makeLogLine(SERVER, 1, 'warn', '', { dropped }).dropped)).toEqual([
      0, 0, 0, 0,
    ])
  })
})

describe('what a child printed', () => {
  it('is none of its lines unless each of the keys is there and right', () => {
    const good = { level: 30, time: 1, pid: 2, node: 'server-1', role: 'server', msg: 'x' }
    const wrong = [
      { level: 35 },
      { level: '30' },
      { time: '1' },
      { time: 1.5 },
      { pid: null },
      { node: 'server-2' },
      { node: undefined },
      { role: 7 },
      { msg: {} },
    ]
    const read = (more: object) => parseLogLine(JSON.stringify({ ...good, ...more }), 'server-1')

    expect(read({})).toMatchObject({ level: 'info', msg: 'x' })
    expect(wrong.filter(more => read(more) !== null)).toEqual([])
  })

  it.each([
    '',
    '{',
    'null',
    '{"level":30',
    '{"level":',
    '[{"level":30}]',
    'Error: {"level":30}',
    '{"level":30}trailing',
  ])('is none of its lines: %s', text => {
    expect(parseLogLine(text, 'server-1')).toBe(null)
  })

  it('is judged without a throw, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isAlmost) => {
        const printed = (isAlmost ? '{"level":30,' : '') + Buffer.from(bytes).toString('utf8')
        const line = parseLogLine(printed, 'server-1') ?? wrapLine(SERVER, 5, 'error', printed)

        expect(JSON.parse(line.text)).toMatchObject({ level: 50, time: 5, node: 'server-1', msg: printed })
        expect(line.text).not.toMatch(OBEYED)
      }),
    )
  })

  it('is escaped also where it is a line of its own log', () => {
    const text = '{"level":30,"time":1,"pid":2,"node":"server-1","role":"server","msg":"\x9b2J\u202e"}'
    const line = parseLogLine(text, 'server-1')!

    expect(line.text).not.toMatch(OBEYED)
    expect(line.msg).toBe('\x9b2J\u202e')
    expect(JSON.parse(line.text).msg).toBe(line.msg)
  })
})
