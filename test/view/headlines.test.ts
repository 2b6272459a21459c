import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { clientSegments, titleSegments, upSegment } from '../../src/view/headlines.ts'
import { allReasons } from '../../src/view/reasons.ts'
import { joinSegments } from '../../src/view/segments.ts'
import { clientStats, nodeStats, statsReport } from './samples.ts'

const PLAIN = new Chalk({ level: 0 })
const textOf = (segments: ReturnType<typeof titleSegments>) => segments.map(({ text }) => text).join(' · ')

describe('headlines', () => {
  it('say what runs', () => {
    expect(textOf(titleSegments(statsReport(), 'topology.json'))).toBe(
      'udsim · topology.json · generation 3 · 8/9 up · 200 req/s asked · uptime 12s',
    )
  })

  it('say that the load is off, and which phase it is unless it runs', () => {
    const report = statsReport({ phase: 'stopping', client: clientStats({ targetRate: 0 }) })
    expect(textOf(titleSegments(report, 't'))).toBe(
      'udsim · t · generation 3 · 8/9 up · load off · uptime 12s · stopping',
    )
  })

  it('say what the clients got', () => {
    const line = (width: number, parts = {}) => joinSegments(clientSegments(clientStats(parts)), width, PLAIN)
    expect(line(200)).toBe(
      'clients · sent 2404 · answered 2398 · failed 4 (mostly connectionLost) · pending 2 · p50 412µs · p99 1.24ms · 200 req/s',
    )
    expect(line(200, { failedBy: { timeout: 4 } })).toContain(' · failed 4 (timeout) · ')
    expect(line(80, { failedBy: { timeout: 4 } })).toBe(
      'sent 2404 · answered 2398 · failed 4 (timeout) · pending 2 · p99 1.24ms',
    )
    expect(line(80, { failedBy: {} })).toBe('sent 2404 · answered 2398 · failed 4 · pending 2 · p50 412µs · p99 1.24ms')
    expect(line(200, { failed: 0, failedBy: {} })).toContain(' · failed 0 · ')
  })

  it('say every reason where they are asked to', () => {
    const segments = clientSegments(clientStats(), allReasons)
    expect(joinSegments(segments, 200, PLAIN)).toContain(' · failed 4 (connectionLost 3, timeout 1) · ')
  })

  it('say how often the clients sent again, where they do', () => {
    expect(textOf(clientSegments(clientStats({ retried: 30 })))).toContain(' · pending 2 · retried 30 · p50 ')
  })

  it('mark counts that may be higher', () => {
    expect(textOf(clientSegments(clientStats({ approximate: true })))).toContain(
      'sent ~2404 · answered ~2398 · failed ~4',
    )
  })

  it('do not count removed nodes among those that should be up', () => {
    const nodes = [nodeStats('a'), nodeStats('b', { state: 'stopped' })]
    expect(upSegment({ nodes, phase: 'running' })).toEqual({ text: '1/1 up', priority: 7, style: 'plain' })
    expect(upSegment({ nodes, phase: 'stopping' }).text).toBe('1/2 up')
  })

  it('let no escape in a file name through', () => {
    expect(textOf(titleSegments(statsReport(), '\x1b[2J.json'))).not.toContain('\x1b')
  })
})
