import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from '../../src/topology/parse.ts'
import { write } from '../../src/topology/write.ts'
import { sized } from '../support/full-size.ts'
import { anyTopology } from '../support/random-topology.ts'
import { nineNodes, parsed, topologyOf } from '../support/topology.ts'
import { CORPUS, placesIn, SOUND } from './corpus.ts'

const EXAMPLES = new URL('../topologies/', import.meta.url)
const texts: readonly (readonly [name: string, text: string])[] = [
  ...SOUND,
  ...CORPUS.map(({ name, text }) => [name, placesIn(text).text] as const),
  ...readdirSync(EXAMPLES).map(name => [name, readFileSync(new URL(name, EXAMPLES), 'utf8')] as const),
]
const sound = texts.flatMap(([name, text]) => {
  const result = parse(text)
  return result.ok ? [[name, result.topology] as const] : []
})

describe('write', () => {
  it.each(sound)('gives a text that means the same: %s', (_name, topology) => {
    expect(parsed(write(topology))).toEqual(topology)
  })

  it('has enough to write', () => {
    expect(sound.length).toBeGreaterThan(SOUND.length)
  })

  it('gives a text that means the same, whatever the topology', () => {
    fc.assert(
      fc.property(anyTopology, topology => {
        expect(parsed(write(topology))).toEqual(topology)
      }),
      { numRuns: sized(40, 5_000) },
    )
  })

  it('writes every node on a line of its own, with all that its file left out', () => {
    const lines = write(nineNodes()).split('\n')

    expect(lines.filter(line => line.includes('"id"')).length).toBe(9)
    expect(lines.find(line => line.includes('"server-4"'))).toBe(
      '    {"id":"server-4","serviceTime":"0ms","concurrency":64,"queue":64,"queueDiscipline":"fifo","queueTarget":"5ms","queueInterval":"100ms","errorRate":0,"backup":false,"behind":"proxy-2","weight":1,"admin":"ready"},',
    )
    expect(lines.at(-3)).toBe('  "shutdown": {"drainTimeout":"5s"}')
  })

  it('leaves unwritten a default that gives way to what the file says', () => {
    const topology = topologyOf({ loadBalancers: [{ id: 'lb', timeout: '200ms' }], servers: [{ id: 'a' }] })

    expect(write(topology)).not.toContain('"timeout":"200ms","maxInFlight":1024,"attempts":3,"attemptTimeout"')
    expect(parsed(write(topology))).toEqual(topology)
  })

  it('writes what no file could say so that the parser says what is wrong with it', () => {
    const topology = nineNodes()
    const [lb, ...others] = topology.nodes
    const withoutProxies = others.filter(({ role }) => role === 'server')
    const bad = { ...topology, nodes: [lb!, ...withoutProxies.map(node => ({ ...node, weight: -1 }))] }
    const result = parse(write(bad))

    expect(result.ok ? [] : [...new Set(result.problems.map(({ code }) => code))]).toEqual([
      'UNKNOWN_NODE',
      'OUT_OF_RANGE',
    ])
  })
})
