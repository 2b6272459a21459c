import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import type { LogLine } from '../../src/stats/log-line.ts'
import { type LogFrameOptions, logFrameLines } from '../../src/view/log-frame.ts'
import { logLine, logLines, nodeStats } from './samples.ts'

function linesOf(parts: Partial<LogFrameOptions> = {}): string[] {
  const lines = parts.lines ?? logLines(30)
  const node = nodeStats('server-1', { logLines: lines.length })
  const place = { id: 'server-1', last: null }
  return logFrameLines({ place, node, lines, columns: 80, rows: 3, chalk: new Chalk({ level: 0 }), ...parts })
}

describe('log frame', () => {
  it('shows the newest lines below its headline', () => {
    expect(linesOf()).toEqual([
      'log of server-1 · ● up · 30 lines',
      '12:03:11.250 info  line 28',
      '12:03:11.250 info  line 29',
      '12:03:11.250 info  line 30',
    ])
  })

  it('says what is out of sight: newer lines, dropped ones, those that are no longer kept', () => {
    const lines = logLines(30)
    const node = nodeStats('server-1', { state: 'down', logLines: 812, logDropped: 4 })
    const [head] = linesOf({ lines, node, columns: 120, place: { id: 'server-1', last: lines[19]! } })
    expect(head).toBe('log of server-1 · ✖ down · 10 newer below · 4 dropped · 812 lines, the last 30 kept')
    expect(linesOf({ lines, node, columns: 40, place: { id: 'server-1', last: lines[19]! } })[0]).toBe(
      'log of server-1 · 10 newer below',
    )
  })

  it('has a word where nothing was written, and no node where nobody knows it', () => {
    expect(linesOf({ lines: [], node: null })).toEqual(['log of server-1 · 0 lines', 'it has written nothing yet'])
  })

  it('makes of five hundred lines only those in sight', () => {
    let made = 0
    const counted = (line: LogLine) =>
      Object.defineProperty({ ...line }, 'text', {
        get: () => {
          made++
          return line.text
        },
      })
    const lines = Array.from({ length: 500 }, (_, i) => counted(logLine(`line ${i}`)))
    expect(linesOf({ lines, rows: 7 })).toHaveLength(8)
    expect(made).toBe(7)
  })
})
