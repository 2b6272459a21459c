import { describe, expect, it } from 'vitest'
import { clientSegments, titleSegments, upSegment } from '../../src/view/headlines.ts'
import { clientStats, nodeStats, statsReport } from './samples.ts'

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
    expect(textOf(clientSegments(clientStats()))).toBe(
      'clients · sent 2404 · answered 2398 · failed 4 · pending 2 · p50 412µs · p99 1.24ms · 200 req/s',
    )
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
