import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { toAscii } from '../../src/view/ascii.ts'
import { eventLine } from '../../src/view/event-line.ts'
import { renderFrame } from '../../src/view/frame.ts'
import { renderSummary } from '../../src/view/summary.ts'
import { SAMPLE_EVENTS, SAMPLE_NODES, statsReport, summaryReport } from './samples.ts'

const PRINTABLE = /^[\x20-\x7e]*$/
const STATES = ['starting', 'up', 'draining', 'down', 'crash-loop', 'stopped'] as const

describe('ascii', () => {
  it('replaces each glyph by one character, so that columns stay aligned', () => {
    expect(toAscii('│ ├ server-1  ● up  38µs')).toBe('| | server-1  * up  38us')
  })

  it('gives every state a glyph of its own', () => {
    const nodes = STATES.map((state, i) => ({ ...SAMPLE_NODES[i]!, state, behind: [] }))
    const lines = renderFrame(statsReport({ nodes }), {
      columns: 60,
      rows: 20,
      chalk: new Chalk({ level: 0 }),
      topologyName: 't',
      recentEvents: [],
      ascii: true,
    })

    const glyphs = STATES.map(state => lines.join('\n').match(new RegExp(`(\\S) ${state} `))?.[1])
    expect(new Set(glyphs).size).toBe(STATES.length)
  })

  it('leaves no other character in a frame or in a summary', () => {
    const chalk = new Chalk({ level: 0 })
    const frame = {
      columns: 100,
      rows: 12,
      chalk,
      topologyName: 't',
      recentEvents: SAMPLE_EVENTS.map(eventLine),
      ascii: true,
    }
    const lines = [
      ...renderFrame(statsReport({ banner: 'broken' }), frame),
      ...renderSummary(summaryReport(), { width: 100, chalk, topologyName: 't', ascii: true }),
    ]

    expect(lines.filter(line => !PRINTABLE.test(line))).toEqual([])
  })
})
