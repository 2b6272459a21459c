import { describe, expect, it } from 'vitest'
import { expectedShareByNode } from '../../src/policy/expected-share.ts'
import { type ParseOptions, parse } from '../../src/topology/parse.ts'
import { placesIn } from './corpus.ts'

/** The warnings of a sound text with a § before each place where one belongs. */
function warningsOf(marked: string, options: ParseOptions = { sharesOf: expectedShareByNode }) {
  const { text, places } = placesIn(marked)
  const result = parse(text, options)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return { places, warnings: result.warnings }
}

function found(marked: string, options?: ParseOptions): string[] {
  const { places, warnings } = warningsOf(marked, options)
  expect(warnings.map(({ line, column }) => `${line}:${column}`)).toEqual(places)
  expect(warnings.every(({ hint }) => hint)).toBe(true)
  return warnings.map(({ code, message }) => `${code}: ${message}`)
}

const flat = (servers: string, more = '', lb = '') =>
  `{ "loadBalancers": [{ "id": "lb"${lb} }],\n  "servers": ${servers}${more} }`

describe('warnings', () => {
  it('are none for what is meant', () => {
    expect(found(flat('[{ "id": "a" }, { "id": "b", "serviceTime": "50ms" }]', '', ', "policy": "random"'))).toEqual([])
  })

  it('are none beside an error', () => {
    const result = parse(flat('[{ "id": "a", "weight": 0 }, { "id": "b", "weihgt": 1 }]'))

    expect(result).toEqual({ ok: false, problems: [expect.objectContaining({ code: 'UNKNOWN_KEY' })] })
  })

  it.each([
    ['of its own, at the weight', '[{ "id": "a", "weight": §0 }, { "id": "b" }]', '"a"'],
    ['of replicas, once', '[{ "id": "a", "replicas": 9, "weight": §0 }, { "id": "b" }]', '"a"'],
  ])('tell of a weight 0 %s', (_, servers, id) => {
    expect(found(flat(servers))).toEqual([`WEIGHT_ZERO: ${id} has weight 0: it is started and gets no requests`])
  })

  it('tell of a weight 0 that the defaults give, at the id', () => {
    const more = ', "defaults": { "server": { "weight": 0 } }'

    expect(found(flat('[{ "id": §"a" }, { "id": "b", "weight": 1 }]', more))).toHaveLength(1)
  })

  it('tell of a policy that has one node to choose from', () => {
    const warning = 'NOTHING_TO_CHOOSE: "lb" sends to one node only, so least-connections has nothing to choose'
    const policy = ', "policy": §"least-connections"'

    expect(found(flat('[{ "id": "a" }]', '', policy))).toEqual([warning])
    expect(found(flat('[{ "id": "a" }, { "id": "b", "weight": §0 }]', '', policy))).toEqual([
      warning,
      expect.stringContaining('WEIGHT_ZERO'),
    ])
  })

  it('have nothing against the default policy there, or one that defaults give to all', () => {
    const more = ', "defaults": { "loadBalancer": { "policy": "random" } }'

    expect(found(flat('[{ "id": "a" }]', '', ', "policy": "round-robin"'))).toEqual([])
    expect(found(flat('[{ "id": "a" }]', more))).toEqual([])
  })

  it('tell of more load than all servers can serve, at the rate, and then of no single server', () => {
    const servers =
      '[{ "id": "a", "serviceTime": "20ms", "concurrency": 2 }, { "id": "b", "serviceTime": "10ms", "concurrency": 1 }]'

    expect(found(flat(servers, ',\n  "load": { "rate": §201 }'))).toEqual([
      'LOAD_ABOVE_CAPACITY: 201 requests per second are offered, and the servers can serve 200 together',
    ])
    expect(found(flat(servers, ', "load": { "rate": 200 }'))).toEqual([])
  })

  it('tell of the rate at the servers where the file leaves it out', () => {
    expect(found(flat('§[{ "id": "a", "serviceTime": "30s" }]'))).toEqual([
      'LOAD_ABOVE_CAPACITY: 50 requests per second are offered, and the servers can serve 2.1 together',
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
