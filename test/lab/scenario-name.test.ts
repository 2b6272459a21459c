import { describe, expect, it } from 'vitest'
import { loadName, payloadName, scenarioKey, scenarioName, shortPath } from '../../src/lab/scenario-name.ts'
import { scenarioOf } from './bench-sample.ts'

describe('scenario names', () => {
  it.each([
    [{}, '1 hop: server, 1 outstanding'],
    [{ outstanding: 64 }, '1 hop: server, 64 outstanding'],
    [{ outstanding: 64, connections: 64 }, '1 hop: server, 64 connections'],
    [{ outstanding: 64, connections: 4 }, '1 hop: server, 64 outstanding on 4 connections'],
    [{ section: 'payload', payloadBytes: 16_384 }, '1 hop: server, 1 outstanding, 16 KiB'],
    [{ loop: 'open', outstanding: 0, rate: 2_000 }, '1 hop: server, 2000/s'],
    [{ loop: 'open', outstanding: 0, rate: 0.5, connections: 3 }, '1 hop: server, 0.5/s on 3 connections'],
    [{ path: 'my\u001b[31m.json' }, 'my\\x1b[31m.json, 1 outstanding'],
  ] as const)('of %j is %j', (keys, name) => {
    expect(scenarioName(scenarioOf(keys))).toBe(name)
  })

  it.each([
    [64, '64 B'],
    [1_000, '1.00 kB'],
    [1_024, '1 KiB'],
    [65_536, '64 KiB'],
    [1_048_576, '1 MiB'],
    [0, '0 B'],
  ])('call %d bytes %s', (bytes, name) => {
    expect(payloadName(bytes)).toBe(name)
  })

  it('shorten a path to what is before its nodes', () => {
    expect([shortPath('3 hops: lb, proxy, server'), shortPath('unix echo')]).toEqual(['3 hops', 'unix echo'])
  })

  it('tell loads apart', () => {
    expect(loadName(scenarioOf({ outstanding: 1 }))).not.toBe(loadName(scenarioOf({ outstanding: 1, connections: 2 })))
  })
})

describe('scenarioKey', () => {
  it('is equal for what can be compared, and for nothing else', () => {
    const keys = [
      {},
      { section: 'throughput' },
      { path: 'unix echo' },
      { loop: 'open' },
      { outstanding: 2 },
      { connections: 2 },
      { payloadBytes: 65 },
      { rate: 1 },
      { form: 'sine:period=1s,swing=0.5' },
    ] as const
    const all = keys.map(each => scenarioKey(scenarioOf(each)))

    expect(new Set(all).size).toBe(keys.length)
    expect(scenarioKey({ ...scenarioOf({}), hops: 9 })).toBe(all[0])
  })
})
