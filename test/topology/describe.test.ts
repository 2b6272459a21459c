import { describe, expect, it } from 'vitest'
import { describeBlock, describeBlocks, describeChange } from '../../src/topology/describe.ts'
import { diff } from '../../src/topology/diff.ts'
import { topologyOf } from '../support/topology.ts'

const withServers = (...servers: object[]) =>
  topologyOf({ proxies: [{ id: 'proxy-1' }, { id: 'proxy-2' }], servers: [...ANCHORS, ...servers] })
const ANCHORS = [
  { id: 'x', behind: 'proxy-1' },
  { id: 'y', behind: 'proxy-2' },
]
const server = (keys: object) => ({ id: 'server-3', behind: 'proxy-1', ...keys })

describe('describeChange', () => {
  it.each([
    ['an added node', [], [server({ behind: 'proxy-2' })], '+ server-3 behind proxy-2'],
    ['a node behind two', [], [server({ behind: ['proxy-1', 'proxy-2'] })], '+ server-3 behind proxy-1, proxy-2'],
    ['a removed node', [server({})], [], '- server-3, draining'],
    [
      'a duration',
      [server({ serviceTime: '2ms' })],
      [server({ serviceTime: '5ms' })],
      '~ server-3 serviceTime 2ms -> 5ms',
    ],
    [
      'a distribution',
      [server({ serviceTime: { exponential: '5ms' } })],
      [server({ serviceTime: { lognormal: { p50: '2ms', p99: '20ms' } } })],
      '~ server-3 serviceTime exponential 5ms -> lognormal p50 2ms p99 20ms',
    ],
    [
      'one of many measured times',
      [server({ serviceTime: { empirical: [...Array(9_999).fill('2ms'), '2ms'] } })],
      [server({ serviceTime: { empirical: [...Array(9_999).fill('2ms'), '1ms'] } })],
      '~ server-3 serviceTime changed: empirical of 10000 values with mean 2ms',
    ],
    ['a limit under its name in the file', [server({})], [server({ queue: 0 })], '~ server-3 queue 64 -> 0'],
    ['a move', [server({})], [server({ behind: 'proxy-2' })], '~ server-3 behind proxy-1 -> proxy-2'],
    [
      'two fields',
      [server({})],
      [server({ weight: 3, concurrency: 8 })],
      '~ server-3 weight 1 -> 3, concurrency 64 -> 8',
    ],
  ])('writes %s as a line', (_, before, after, line) => {
    expect(diff(withServers(...before), withServers(...after)).map(describeChange)).toEqual([line])
  })

  it('writes an added load balancer, a policy, and a change of role', () => {
    const servers = [{ id: 'a', behind: ['lb', 'p'] }]
    const before = topologyOf({ proxies: [{ id: 'p' }], servers })
    const after = topologyOf({
      loadBalancers: [{ id: 'lb', policy: 'random' }, { id: 'p' }],
      servers,
    })

    expect(diff(before, after).map(describeChange)).toEqual([
      '~ lb policy round-robin -> random',
      '~ p role proxy -> load-balancer, behind lb -> none',
    ])
  })
})

describe('describeBlocks', () => {
  it('writes a line for every block that changed', () => {
    const servers = [{ id: 'a' }]
    const before = topologyOf({ servers })
    const after = topologyOf({ servers, load: { rate: 200, timeout: '1s' }, shutdown: { drainTimeout: '1m' } })

    expect(describeBlocks(before, after)).toEqual([
      '~ load rate 50 -> 200, timeout 5s -> 1s',
      '~ shutdown drainTimeout 5s -> 1m',
    ])
    expect(describeBlock('health', before, after)).toBeNull()
  })
})
