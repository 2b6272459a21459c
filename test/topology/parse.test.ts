import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { expectedShareByNode } from '../../src/policy/expected-share.ts'
import { parse } from '../../src/topology/parse.ts'
import { parsed } from '../support/topology.ts'
import { CORPUS, placesIn } from './corpus.ts'

const ROOT = new URL('../../', import.meta.url)
const EXAMPLES = new URL('test/topologies/', ROOT)

function problemsOf(text: string) {
  const result = parse(text)
  return result.ok ? [] : result.problems
}

describe('parse', () => {
  it.each(CORPUS)('reports $name at its place', ({ text: marked, codes, message, hint }) => {
    const { text, places } = placesIn(marked)

    const problems = problemsOf(text)

    const found = problems.map(({ code, line, column }) => `${code} ${line}:${column}`)
    expect(found).toEqual(codes.map((code, index) => `${code} ${places[index]}`))
    expect(problems.every(problem => problem.length >= 1 && problem.hint !== '')).toBe(true)
    if (message !== undefined) expect(problems[0]!.message).toContain(message)
    if (hint !== undefined) expect(problems[0]!.hint).toContain(hint)
  })

  it.each(['topology.json'])('takes the %s that comes with the program', name => {
    const topology = parsed(readFileSync(new URL(name, ROOT), 'utf8'))

    expect(topology.nodes.map(node => node.id)).toEqual([
      'lb',
      'proxy-1',
      'proxy-2',
      ...[1, 2, 3, 4, 5, 6].map(number => `server-${number}`),
    ])
    expect(topology.load.rate).toBe(200)
  })

  it.each(readdirSync(EXAMPLES).filter(name => /^(?!broken-).*\.json$/.test(name)))(
    'takes the example %s, and has nothing to warn of',
    name => {
      const result = parse(readFileSync(new URL(name, EXAMPLES), 'utf8'), { sharesOf: expectedShareByNode })

      expect(result).toMatchObject({ ok: true, warnings: [] })
    },
  )

  it('fills in every default', () => {
    expect(parsed('{ "loadBalancers": [{ "id": "lb" }], "servers": [{ "id": "a" }] }')).toEqual({
      socketDir: 'sockets',
      nodes: [
        {
          id: 'lb',
          role: 'load-balancer',
          behind: [],
          weight: 1,
          policy: { name: 'round-robin' },
          timeoutMs: 5_000,
          inFlightMax: 1_024,
          admin: 'ready',
          attempts: 3,
          attemptTimeoutMs: 1_000,
          retryBudget: 0.1,
          retryReserve: 10,
          queueMax: 1_024,
          queueDiscipline: 'fifo',
          queueTargetMs: 5,
          queueIntervalMs: 100,
        },
        {
          id: 'a',
          role: 'server',
          behind: ['lb'],
          weight: 1,
          serviceTime: { kind: 'fixed', valueMs: 0 },
          concurrency: 64,
          queueMax: 64,
          queueDiscipline: 'fifo',
          queueTargetMs: 5,
          queueIntervalMs: 100,
          errorRate: 0,
          backup: false,
          admin: 'ready',
        },
      ],
      load: {
        rate: 50,
        connections: 4,
        payloadBytes: 64,
        arrivals: 'poisson',
        idempotent: true,
        timeoutMs: 5_000,
        attempts: 1,
        attemptTimeoutMs: 1_000,
        retryBudget: 0.1,
        retryReserve: 10,
      },
      health: {
        intervalMs: 500,
        timeoutMs: 1_000,
        fall: 3,
        rise: 2,
        consecutiveFailures: 5,
        successRateMin: 0.5,
        successRateWindowMs: 10_000,
        successRateRequests: 20,
        ejectionTimeMs: 2_000,
        ejectionTimeMaxMs: 30_000,
        ejectedShareMax: 0.5,
        panicThreshold: 0.5,
        slowStartMs: 2_000,
      },
      restart: { delayMinMs: 100, delayMaxMs: 15_000, heartbeatTimeoutMs: 10_000 },
      shutdown: { drainTimeoutMs: 5_000 },
    })
  })

  it('lets the node win over defaults, and defaults over the table', () => {
    const { nodes } = parsed(`{
      "defaults": { "server": { "serviceTime": "500us", "weight": 3 }, "loadBalancer": { "policy": "random" } },
      "loadBalancers": [{ "id": "lb" }, { "id": "lb-2", "policy": { "name": "least-connections" } }],
      "servers": [{ "id": "a" }, { "id": "b", "serviceTime": "0ms" }]
    }`)

    expect(nodes.map(node => ('policy' in node ? node.policy.name : node.serviceTime))).toEqual([
      'random',
      'least-connections',
      { kind: 'fixed', valueMs: 0.5 },
      { kind: 'fixed', valueMs: 0 },
    ])
    expect(nodes.map(node => node.weight)).toEqual([1, 1, 3, 3])
  })

  it('lets a distribution of the node win whole over one of the defaults', () => {
    const { nodes } = parsed(`{
      "defaults": { "server": { "serviceTime": { "lognormal": { "p50": "2ms", "p99": "20ms" } } } },
      "loadBalancers": [{ "id": "lb" }],
      "servers": [{ "id": "a" }, { "id": "b", "serviceTime": { "exponential": "5ms" } }, { "id": "c", "serviceTime": "1ms" }]
    }`)

    expect(nodes.flatMap(node => (node.role === 'server' ? [node.serviceTime] : []))).toEqual([
      { kind: 'lognormal', p50Ms: 2, p99Ms: 20 },
      { kind: 'exponential', meanMs: 5 },
      { kind: 'fixed', valueMs: 1 },
    ])
  })

  it('puts proxies, and servers where there are no proxies, behind every load balancer', () => {
    const loadBalancers = '"loadBalancers": [{ "id": "x" }, { "id": "y" }]'

    const flat = parsed(`{ ${loadBalancers}, "proxies": [], "servers": [{ "id": "a" }] }`)
    const tiered = parsed(`{ ${loadBalancers}, "proxies": [{ "id": "p" }], "servers": [{ "id": "a", "behind": "p" }] }`)

    expect(flat.nodes.map(node => node.behind)).toEqual([[], [], ['x', 'y']])
    expect(tiered.nodes.map(node => node.behind)).toEqual([[], [], ['x', 'y'], ['p']])
  })

  it('numbers replicas, also when there is one', () => {
    const { nodes } = parsed(`{ "loadBalancers": [{ "id": "lb" }],
      "servers": [{ "id": "a", "replicas": 3 }, { "id": "b", "replicas": 1 }, { "id": "c" }] }`)

    expect(nodes.map(node => node.id)).toEqual(['lb', 'a-1', 'a-2', 'a-3', 'b-1', 'c'])
  })

  it('accepts a byte order mark, CRLF and ids that objects inherit', () => {
    const text = '\uFEFF{\r\n"loadBalancers": [{ "id": "constructor" }],\r\n"servers": [{ "id": "valueof" }]\r\n}\r\n'

    expect(parsed(text).nodes.map(node => node.id)).toEqual(['constructor', 'valueof'])
  })

  it('freezes all of the topology', () => {
    const topology = parsed('{ "loadBalancers": [{ "id": "lb" }], "servers": [{ "id": "a" }] }')
    const parts = [topology, topology.nodes, ...topology.nodes, topology.nodes[1]!.behind, topology.load]

    expect(parts.every(Object.isFrozen)).toBe(true)
    expect('policy' in topology.nodes[0]! && Object.isFrozen(topology.nodes[0].policy)).toBe(true)
  })

  it('takes more nodes where the limit is higher', () => {
    const servers = Array.from({ length: 4 }, (_, index) => `{ "id": "s${index}", "replicas": 256 }`)
    const text = `{ "loadBalancers": [{ "id": "lb" }], "servers": [${servers}] }`

    const result = parse(text, { nodesMax: 100_000 })

    expect(result.ok && result.topology.nodes.length).toBe(1_025)
  })

  it('names path and hint of a problem', () => {
    const text = '{ "loadBalancers": [{ "id": "lb" }],\n"servers": [{ "id": "a" }, { "id": "b", "wieght": 2 }] }'

    expect(problemsOf(text)).toEqual([
      {
        code: 'UNKNOWN_KEY',
        message: 'servers[1] has no key "wieght"',
        hint: 'did you mean "weight"?',
        path: 'servers[1].wieght',
        line: 2,
        column: 41,
        length: 8,
      },
    ])
  })

  it('never throws, wherever a text is cut or a character is lost', () => {
    const text = readFileSync(new URL('one-proxy.json', EXAMPLES), 'utf8').trimEnd()

    for (let at = 0; at < text.length; at++) {
      if (parse(text.slice(0, at)).ok) throw new Error(`a text cut at ${at} is no topology`)
      parse(text.slice(0, at) + text.slice(at + 1))
      parse(`${text.slice(0, at)}\0${text.slice(at)}`)
    }
  })

  it('reads what JSON.parse reads where nothing is wrong, and refuses what it refuses', () => {
    const texts = [
      '1',
      '-0',
      '1e5',
      '"\\ud83d\\ude42"',
      '[[],{}]',
      '1.',
      '.5',
      '0x1',
      '"\u2028"',
      '[1 2]',
      '{"a":}',
      "'a'",
    ]
    const SYNTAX_ALONE = new Set(['WRONG_TYPE'])

    for (const text of texts) {
      const isJson = problemsOf(text).every(({ code }) => SYNTAX_ALONE.has(code))
      let isReference = true
      try {
        JSON.parse(text)
      } catch {
        isReference = false
      }
      expect(isJson, text).toBe(isReference)
    }
  })
})
