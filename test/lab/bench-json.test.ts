import { describe, expect, it } from 'vitest'
import { benchLine } from '../../src/lab/bench-json.ts'
import { sampleResult } from './samples.ts'

describe('benchLine', () => {
  it('is one line of JSON with the promised keys', () => {
    const line = benchLine(sampleResult())

    expect(line.indexOf('\n')).toBe(line.length - 1)
    const { latency, throughput, ...rest } = JSON.parse(line)
    expect(rest).toEqual({
      type: 'bench',
      v: 1,
      time: 1_700_000_000_000,
      node: 'v20.20.2',
      platform: 'linux',
      arch: 'x64',
      cpus: 2,
      loadAverage: 0.9,
      payloadBytes: 64,
      rounds: 3,
      loop: 'closed',
      warning: null,
    })
    expect(Object.keys(latency[0])).toEqual('path hops p50Us p99Us p999Us maxUs requests rounds'.split(' '))
    expect(Object.keys(throughput[0])).toEqual('path hops outstanding perSecond requests rounds'.split(' '))
  })
})
