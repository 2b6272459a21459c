import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LinkEvent } from '../../src/link/link.ts'
import type { LogLevel } from '../../src/stats/log-line.ts'
import { LINE_BYTES_MAX } from '../../src/supervise/lines.ts'
import { logLevelOf, openOwnLog } from '../../src/supervise/log-own.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function open(least: LogLevel) {
  let text = ''
  let isStuck = false
  const own = openOwnLog({ node: 'server-1', role: 'server', pid: 7 }, least, bytes => {
    if (isStuck) return 0
    text += Buffer.from(bytes).toString('utf8')
    return bytes.length
  })
  const written = () => text.split('\n').slice(0, -1)
  return {
    own,
    written,
    said: () => written().map(line => JSON.parse(line)),
    stick: (is: boolean) => {
      isStuck = is
    },
  }
}

const STRANGER: LinkEvent = {
  towards: 'downstream',
  peer: null,
  end: { cause: 'protocol', detail: 'x' },
  isFinished: false,
}

describe("a child's own log", () => {
  it.each<[LogLevel, string[]]>([
    ['trace', ['a', 'b', 'c', 'd']],
    ['info', ['b', 'c', 'd']],
    ['error', ['d']],
    ['fatal', []],
  ])('says what is of level %s or above', (least, expected) => {
    const { own, said } = open(least)
    own.log('trace', 'a')
    own.log('info', 'b')
    own.log('warn', 'c')
    own.log('error', 'd')
    own.end()

    expect(said().map(({ msg }) => msg)).toEqual(expected)
  })

  it('knows the levels by name, and takes anything else for info', () => {
    expect(['debug', 'fatal', 'toString', '', undefined].map(logLevelOf)).toEqual([
      'debug',
      'fatal',
      'info',
      'info',
      'info',
    ])
  })

  it('keeps each line below what the launcher takes whole', () => {
    const { own, written } = open('info')
    own.log('info', '€'.repeat(10_000))
    own.log('info', 'short', { stack: '€'.repeat(10_000) })
    own.log('info', '\x1b'.repeat(10_000))
    own.end()

    expect(written().length).toBe(3)
    for (const line of written()) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LINE_BYTES_MAX)
      expect(JSON.parse(line)).toMatchObject({ node: 'server-1', cut: true })
    }
  })

  it('keeps all that a line says where the launcher takes it whole: the way of a request through forty nodes', () => {
    const { own, said } = open('info')
    const hop = { node: 'proxy-10', ms: 12.345, toMs: 0.123, waitMs: 0.012, backMs: 0.123 }
    own.log('info', 'request', { id: 1, outcome: 'answered', hops: Array(40).fill(hop) })
    own.end()

    expect(said()).toMatchObject([{ msg: 'request', id: 1, outcome: 'answered', hops: Array(40).fill(hop) }])
  })

  it('says how many lines nobody read', () => {
    const { own, said, stick } = open('info')
    stick(true)
    for (let i = 0; i < 5_000; i++) own.log('info', 'x'.repeat(100))
    own.end()
    stick(false)
    own.end()
    const lines = said()

    expect(lines.at(-1)).toMatchObject({ level: 40, dropped: 5_000 - (lines.length - 1) })
  })

  it('tells of a flood of strangers in a few lines', () => {
    const { own, said } = open('info')
    for (let i = 0; i < 1_000; i++) own.onLink(STRANGER)
    vi.advanceTimersByTime(1_000)
    own.end()

    expect(said().length).toBe(6)
    expect(said().at(-1)).toMatchObject({
      level: 40,
      msg: '995 more connections broken off within a second',
      count: 995,
    })
  })

  it('says of upstreams and connections what their words are', () => {
    const { own, said } = open('info')
    own.onUpstreamEvent({ event: 'ejected', upstream: 'server-2', reason: 'ended' })
    own.onLink({ ...STRANGER, towards: 'upstream', peer: { node: 'server-2', generation: 3 }, end: null })
    own.end()

    expect(said()).toMatchObject([
      { level: 40, event: 'ejected', upstream: 'server-2' },
      { level: 30, msg: 'connection to server-2 is up', generation: 3 },
    ])
  })
})
