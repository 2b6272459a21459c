import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LogLine, makeLogLine } from '../../src/stats/log-line.ts'
import { LogStore } from '../../src/supervise/log-store.ts'

const KEPT_CHARS_MAX = 262_144

function line(msg: string, node = 'server-1', dropped = 0): LogLine {
  return makeLogLine({ node, role: 'server', pid: 1 }, 1, 'info', msg, dropped > 0 ? { dropped } : {})
}

const messagesOf = (lines: readonly LogLine[]) => lines.map(({ msg }) => msg)
const sizeOf = (lines: readonly LogLine[]) => lines.reduce((sum, { text, msg }) => sum + text.length + msg.length, 0)

describe('the store of logs', () => {
  it('gives the last lines of a node, oldest first', () => {
    const logs = new LogStore()
    for (const msg of ['a', 'b', 'c']) logs.add('server-1', line(msg))

    expect(messagesOf(logs.last('server-1', 2))).toEqual(['b', 'c'])
    expect(messagesOf(logs.last('server-1', 100))).toEqual(['a', 'b', 'c'])
    expect([logs.last('server-1', 0), logs.last('server-2', 5)]).toEqual([[], []])
  })

  it('keeps 500 lines and 256 KiB of each node, and of no node on the cost of another', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(20_000)), { maxLength: 700 }), written => {
        const logs = new LogStore()
        for (const [node, length] of written) logs.add(node, line('x'.repeat(length), node))
        for (const node of ['a', 'b']) {
          const own = written.filter(([of]) => of === node).map(([, length]) => length)
          const last = logs.last(node, 1_000)

          expect(last.length).toBeLessThanOrEqual(500)
          expect(sizeOf(last)).toBeLessThanOrEqual(KEPT_CHARS_MAX)
          expect(last.map(({ msg }) => msg.length)).toEqual(last.length === 0 ? [] : own.slice(-last.length))
          expect(logs.counts(node)).toEqual({ lines: own.length, dropped: 0 })
        }
      }),
      { numRuns: 20 },
    )
  })

  it('lets no line go that has room', () => {
    const logs = new LogStore()
    for (let i = 0; i < 501; i++) logs.add('server-1', line(`${i}`))
    const last = logs.last('server-1', 1_000)

    expect([last.length, last[0]!.msg, last.at(-1)!.msg]).toEqual([500, '1', '500'])
  })

  it('keeps the newest line, however long it is', () => {
    const logs = new LogStore()
    logs.add('server-1', line('short'))
    logs.add('server-1', line('x'.repeat(300_000)))

    expect(logs.last('server-1', 10).length).toBe(1)
  })

  it('counts what lines say was dropped before them', () => {
    const logs = new LogStore()
    logs.add('server-1', line('a'))
    logs.add('server-1', line('40 lines dropped', 'server-1', 40))
    logs.add('server-1', line('2 lines dropped', 'server-1', 2))

    expect(logs.counts('server-1')).toEqual({ lines: 3, dropped: 42 })
    expect(logs.counts('server-2')).toEqual({ lines: 0, dropped: 0 })
  })
})

describe('a follower', () => {
  it('hears what comes of its node, or of all, until it has heard enough', () => {
    const logs = new LogStore()
    const heard: Record<string, string[]> = { one: [], all: [] }
    logs.add('server-1', line('before'))
    const leaveOne = logs.follow('server-1', ({ msg }) => heard.one!.push(msg))
    const leaveAll = logs.follow(null, ({ msg }) => heard.all!.push(msg))
    logs.add('server-1', line('a'))
    logs.add('server-2', line('b', 'server-2'))
    leaveOne()
    leaveOne()
    logs.add('server-1', line('c'))
    leaveAll()
    logs.add('server-1', line('d'))

    expect(heard).toEqual({ one: ['a'], all: ['a', 'b', 'c'] })
  })

  it('may leave, or bring another, while it is told', () => {
    const logs = new LogStore()
    const heard: string[] = []
    const leave = logs.follow(null, ({ msg }) => {
      heard.push(msg)
      leave()
    })
    logs.add('server-1', line('a'))
    logs.add('server-1', line('b'))

    expect(heard).toEqual(['a'])
  })
})
