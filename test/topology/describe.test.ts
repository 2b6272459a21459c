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
    ['a removed node', [server({})], [], '- server-3 drain'],
    [
      'a duration',
      [server({ serviceTime: '2ms' })],
      [server({ serviceTime: '5ms' })],
      '~ server-3 serviceTime 2ms -> 5ms live',
    ],
    [
      'a distribution',
      [server({ serviceTime: { exponential: '5ms' } })],
      [server({ serviceTime: { lognormal: { p50: '2ms', p99: '20ms' } } })],
      '~ server-3 serviceTime exponential 5ms -> lognormal p50 2ms p99 20ms live',
    ],
    [
      'one of many measured times',
      [server({ serviceTime: { empirical: [...Array(9_999).fill('2ms'), '2ms'] } })],
      [server({ serviceTime: { empirical: [...Array(9_999).fill('2ms'), '1ms'] } })],
      '~ server-3 serviceTime changed: empirical of 10000 values with mean 2ms live',
    ],
    ['a limit under its name in the file', [server({})], [server({ queue: 0 })], '~ server-3 queue 64 -> 0 live'],
    ["the operator's wish", [server({})], [server({ admin: 'drain' })], '~ server-3 admin ready -> drain live'],
    [
      'a backup, and codel',
      [server({})],
      [server({ backup: true, queueDiscipline: 'codel', queueTarget: '1ms' })],
      '~ server-3 queueDiscipline fifo -> codel, queueTarget 5ms -> 1ms, backup false -> true live',
    ],
    ['a move', [server({})], [server({ behind: 'proxy-2' })], '~ server-3 behind proxy-1 -> proxy-2 live'],
    [
      'two fields',
      [server({})],
      [server({ weight: 3, concurrency: 8 })],
      '~ server-3 weight 1 -> 3, concurrency 64 -> 8 live',
    ],
  ])('writes %s as a line', (_, before, after, line) => {
    expect(diff(withServers(...before), withServers(...after)).map(describeChange)).toEqual([line])
  })

  it('writes the parameters of a policy as the file would', () => {
    const withPolicy = (policy: unknown) =>
      topologyOf({ loadBalancers: [{ id: 'lb', policy }], servers: [{ id: 'a' }] })
    const lines = (from: unknown, to: unknown) => diff(withPolicy(from), withPolicy(to)).map(describeChange)

    expect(lines('peak-ewma', { name: 'peak-ewma', decay: '5s' })).toEqual([
      '~ lb policy peak-ewma (decay 1s) -> peak-ewma (decay 5s) live',
    ])
    expect(lines({ name: 'first', upTo: 8 }, 'random')).toEqual(['~ lb policy first (upTo 8) -> random live'])
    expect(lines('peak-ewma', { name: 'peak-ewma', decay: '1000ms' })).toEqual([])
  })

  it('writes an added load balancer, a policy, and a change of role', () => {
    const servers = [{ id: 'a', behind: ['lb', 'p'] }]
    const before = topologyOf({ proxies: [{ id: 'p' }], servers })
    const after = topologyOf({
      loadBalancers: [{ id: 'lb', policy: 'random' }, { id: 'p' }],
      servers,
    })

    expect(diff(before, after).map(describeChange)).toEqual([
      '~ lb policy round-robin -> random live',
      '~ p role proxy -> load-balancer, behind lb -> none by a new process',
    ])
  })

  it('writes what a forwarder retries under the names of the file', () => {
    const withLb = (keys: object) => topologyOf({ loadBalancers: [{ id: 'lb', ...keys }], servers: [{ id: 'a' }] })
    const line = (keys: object) => diff(withLb({}), withLb(keys)).map(describeChange)

    expect(line({ attempts: 5 })).toEqual(['~ lb attempts 3 -> 5 live'])
    expect(
      line({ maxInFlight: 8, attemptTimeout: '250ms', retryBudget: 0.2, retryReserve: 3, queueInterval: '1s' }),
    ).toEqual([
      '~ lb maxInFlight 1024 -> 8, attemptTimeout 1s -> 250ms, retryBudget 0.1 -> 0.2, retryReserve 10 -> 3, queueInterval 100ms -> 1s live',
    ])
  })
})

describe('describeBlocks', () => {
  it('writes a line for every block that changed', () => {
    const servers = [{ id: 'a' }]
    const before = topologyOf({ servers })
    const after = topologyOf({
      servers,
      load: { rate: 200, timeout: '1s', attempts: 2 },
      health: { fall: 5, ejectionTimeMax: '1m', slowStart: '0ms' },
      shutdown: { drainTimeout: '1m' },
    })

    expect(describeBlocks(before, after)).toEqual([
      '~ load rate 50 -> 200, timeout 5s -> 1s, attempts 1 -> 2 live',
      '~ health fall 3 -> 5, ejectionTimeMax 30s -> 1m, slowStart 2s -> 0ms live',
      '~ shutdown drainTimeout 5s -> 1m live',
    ])
    expect(describeBlock('restart', before, after)).toBeNull()
  })
})
