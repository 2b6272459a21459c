import { describe, expect, it } from 'vitest'
import { type LogFields, type LogLevel, type LogSource, makeLogLine } from '../../src/stats/log-line.ts'
import { makeLogIntake } from '../../src/supervise/log-intake.ts'
import { LogStore } from '../../src/supervise/log-store.ts'

const SERVER: LogSource = { node: 'server-1', role: 'server', pid: 7 }

function makeIntake() {
  const logs = new LogStore()
  const shown: [string, boolean][] = []
  const intake = makeLogIntake({
    logs,
    source: () => SERVER,
    onOutputEnd: () => shown.push(['end', false]),
    onNotable: ({ msg }, isOwn) => shown.push([msg, isOwn]),
  })
  const own = (level: LogLevel, msg: string, fields: LogFields = {}) =>
    intake.onLine(makeLogLine(SERVER, 5, level, msg, fields).text, 'stdout')
  const kept = () => logs.last('server-1', 100).map(({ level, msg, pid }) => [level, msg, pid])
  return { logs, shown, intake, own, kept }
}

describe('the intake of a log', () => {
  it("takes a node's own lines as they are, and shows the warnings among them", () => {
    const { own, kept, shown } = makeIntake()
    for (const level of ['debug', 'info', 'warn', 'error'] as const) own(level, `a ${level}`)

    expect(kept()).toEqual([
      ['debug', 'a debug', 7],
      ['info', 'a info', 7],
      ['warn', 'a warn', 7],
      ['error', 'a error', 7],
    ])
    expect(shown).toEqual([
      ['a warn', true],
      ['a error', true],
    ])
  })

  it('shows nothing twice: what an event tells stays in the log', () => {
    const { own, kept, shown } = makeIntake()
    own('warn', 'server-2 ejected', { event: 'ejected' })

    expect(kept()).toEqual([['warn', 'server-2 ejected', 7]])
    expect(shown).toEqual([])
  })

  it('wraps and shows whatever else is printed, by the output that it came from', () => {
    const { intake, kept, shown } = makeIntake()
    intake.onLine('somebody was here', 'stdout')
    intake.onLine('    at Object.<anonymous>', 'stderr')

    expect(kept()).toEqual([
      ['info', 'somebody was here', 7],
      ['error', '    at Object.<anonymous>', 7],
    ])
    expect(shown).toEqual([
      ['somebody was here', false],
      ['    at Object.<anonymous>', false],
    ])
  })

  it("wraps a line that says it were another node's", () => {
    const { intake, logs, shown } = makeIntake()
    const { text } = makeLogLine({ ...SERVER, node: 'server-2' }, 5, 'info', 'forged')
    intake.onLine(text, 'stdout')

    expect(logs.last('server-2', 1)).toEqual([])
    expect(JSON.parse(logs.last('server-1', 1)[0]!.text)).toMatchObject({ node: 'server-1', msg: text })
    expect(shown).toEqual([[text, false]])
  })

  it('counts and shows what came too fast', () => {
    const { intake, logs, shown } = makeIntake()
    intake.onDropped(42)

    expect(logs.counts('server-1')).toEqual({ lines: 1, dropped: 42 })
    expect(shown).toEqual([['42 lines dropped: more than 1 MB a second', true]])
  })
})
