import { describe, expect, it } from 'vitest'
import type { PlainViewOptions } from '../../src/view/plain.ts'
import { makePlainView } from '../../src/view/plain.ts'
import { nodeStats, runEvent, SAMPLE_TIME_MS, statsReport, summaryReport } from './samples.ts'

function makeView(parts: Partial<PlainViewOptions> = {}) {
  const written: string[] = []
  return {
    written,
    view: makePlainView({ write: text => written.push(text), topologyName: 'topology.json', ...parts }),
  }
}

describe('plain', () => {
  it('writes the first line as soon as it is told', () => {
    const { written, view } = makeView()
    view.event(runEvent({ event: 'starting', node: null, detail: 'starting 9 nodes…' }))
    expect(written).toEqual(['12:03:11 starting 9 nodes…\n'])
  })

  it('tells a run in whole lines without an escape byte', () => {
    const { written, view } = makeView()

    view.ready({ timeMs: SAMPLE_TIME_MS, launcherPid: 1, nodes: [], tookMs: 880 })
    view.stats(statsReport({ banner: 'topology.json:14:38 unknown\n caret' }))
    view.event(runEvent({ event: 'log', detail: '\x1b[31mred' }))
    view.summary(summaryReport())
    view.close()

    const text = written.join('')
    expect(text).not.toContain('\x1b')
    expect(written.every(each => each.endsWith('\n'))).toBe(true)
    expect(text.match(/^NODE .* MEM$/gm)).toHaveLength(1)
    expect(text.match(/^NODE /gm)).toHaveLength(2)
    expect(text).toContain('12:03:11 · topology.json · generation 3 · 8/9 up · 200 req/s asked · uptime 12s\n')
    expect(text).toContain(' · failed 4 (connectionLost 3, timeout 1) · ')
    expect(text).toContain('\nlb       failed 3 (connectionLost 2, timeout 1) · retried 14\nproxy-1  failed 3 ')
    expect(text).toContain('✖ topology.json:14:38 unknown\n')
    expect(text).toContain('ended by SIGINT\n')
  })

  it('tells below the table what a node says that dies again and again', () => {
    const { written, view } = makeView()
    const loop = nodeStats('loop', { state: 'crash-loop', lastExit: 'code 1', lastLines: ['Error: \x1bx', '    at y'] })
    view.stats(statsReport({ nodes: [loop, nodeStats('mute', { hung: true, failed: 1, failedBy: { timeout: 1 } })] }))
    expect(written[0]).toMatch(/\nmute +◆ hung /)
    expect(written[0]).toContain(
      '\n▲ loop crash-loop after code 1\n  Error: \\x1bx\n      at y\nmute  failed 1 (timeout 1)\n',
    )
  })

  it('fits the width of a terminal that shows it', () => {
    const { written, view } = makeView({ width: 60 })
    view.stats(statsReport())
    expect(Math.max(...written[0]!.split('\n').map(line => line.length))).toBeLessThanOrEqual(60)
  })
})
