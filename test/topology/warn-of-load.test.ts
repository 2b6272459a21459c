import { describe, expect, it } from 'vitest'
import { expectedShareByNode } from '../../src/policy/expected-share.ts'
import { flat, found } from './warn-fixtures.ts'

describe('warnings of load', () => {
  it('tell of more load than all servers can serve, at the rate, and then of no single server', () => {
    const servers =
      '[{ "id": "a", "serviceTime": "20ms", "concurrency": 2 }, { "id": "b", "serviceTime": "10ms", "concurrency": 1 }]'

    expect(found(flat(servers, ',\n  "load": { "rate": §201 }'))).toEqual([
      'LOAD_ABOVE_CAPACITY: 201 requests per second are offered, and the servers can serve 200 together',
    ])
    expect(found(flat(servers, ', "load": { "rate": 200 }'))).toEqual([])
  })

  it('tell of the rate at the servers where the file leaves it out', () => {
    expect(found(flat('§[{ "id": "a", "serviceTime": "1s", "concurrency": 2 }]'))).toEqual([
      'LOAD_ABOVE_CAPACITY: 50 requests per second are offered, and the servers can serve 2 together',
    ])
  })

  it('tell of a server whose share is more than it can serve, though the pool could serve it all', () => {
    const servers = '[{ "id": "slow", "serviceTime": §"20ms", "concurrency": 2 }, { "id": "b" }, { "id": "c" }]'
    const load = ', "load": { "rate": 600 }'

    expect(found(flat(servers, load))).toEqual([
      'SERVER_ABOVE_CAPACITY: "slow" gets 200 of 600 requests per second, and can serve 100',
    ])
    expect(
      found(
        flat(
          servers.replace('}, { "id": "c"', ', "weight": 8 }, { "id": "c"').replace('§', ''),
          load,
          ', "policy": "random"',
        ),
      ),
    ).toEqual([])
  })

  it('are none for a server that can just serve its share, however that is rounded', () => {
    for (let count = 2; count <= 60; count++) {
      const text = flat(`[{ "id": "a", "replicas": ${count}, "serviceTime": "10ms", "concurrency": 1 }]`)
      expect(found(text, { rate: 100 * count, sharesOf: expectedShareByNode })).toEqual([])
    }
  })

  it('promise nothing of single servers where the policy spares the slow', () => {
    const servers = '[{ "id": "slow", "serviceTime": "20ms", "concurrency": 2 }, { "id": "b" }]'

    expect(found(flat(servers, ', "load": { "rate": 600 }', ', "policy": "least-connections"'))).toEqual([])
    expect(found(flat(servers, ', "load": { "rate": 600 }'), {})).toEqual([])
  })

  it('count what the command line asks for instead of the rate of the file', () => {
    const slow = '[{ "id": "a", "serviceTime": "1s", "concurrency": 10 }]'

    expect(found(flat(slow, ', "load": { "rate": 500 }'), { rate: 10 })).toEqual([])
    expect(found(flat(`§${slow}`, ', "load": { "rate": 5 }'), { rate: 11 })).toHaveLength(1)
  })

  it('do not count on servers that get nothing', () => {
    const servers = '[{ "id": "a", "weight": §0 }, { "id": "b", "serviceTime": "1s", "concurrency": 1 }]'

    expect(found(flat(servers, ', "load": { "rate": §2 }')).at(-1)).toContain('can serve 1 together')
  })
})
