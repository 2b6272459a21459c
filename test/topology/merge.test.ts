import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deepEqual } from '../../src/base/equal.ts'
import { merge } from '../../src/topology/merge.ts'
import type { NodeSpec, Topology } from '../../src/topology/types.ts'
import { sized } from '../support/full-size.ts'
import { anyTopology } from '../support/random-topology.ts'
import { topologyOf } from '../support/topology.ts'

const RUNS = { numRuns: sized(25, 3_000) }
const topology = (servers: object[], keys: object = {}) => topologyOf({ servers, ...keys })
const [A, B, C] = ['a', 'b', 'c'].map(id => ({ id }))
const idsOf = ({ nodes }: Topology) => nodes.map(({ id }) => id)
const nodeOf = ({ nodes }: Topology, id: string) => nodes.find(node => node.id === id)

describe('merge', () => {
  it('is the edit where nothing else was changed, and what runs where nothing was edited', () => {
    fc.assert(
      fc.property(anyTopology, anyTopology, (a, b) => {
        expect(merge(a, b, a)).toEqual(b)
        expect(merge(a, a, b)).toEqual(b)
        expect(merge(a, b, b)).toEqual(b)
      }),
      RUNS,
    )
  })

  it('takes of each node and each field what the file has changed, else what runs', () => {
    fc.assert(
      fc.property(anyTopology, anyTopology, anyTopology, (before, after, running) => {
        const merged = merge(before, after, running)

        for (const id of new Set([before, after, running].flatMap(idsOf))) {
          const versions = [before, after, running].map(version => nodeOf(version, id))
          expect(nodeOf(merged, id), id).toEqual(expectedNode(...(versions as Versions)))
        }
        for (const block of ['load', 'health', 'restart', 'shutdown'] as const) {
          expect(merged[block]).toEqual(fieldByField(before[block], after[block], running[block]))
        }
      }),
      RUNS,
    )
  })

  it('leaves a node removed that an operator removed and the file changes', () => {
    const merged = merge(topology([A!, B!]), topology([A!, { ...B, weight: 2 }]), topology([A!]))

    expect(idsOf(merged)).toEqual(['lb', 'a'])
  })

  it('removes a node that the file removes, whatever an operator changed of it', () => {
    const merged = merge(topology([A!, B!]), topology([A!]), topology([A!, { ...B, weight: 7 }]))

    expect(idsOf(merged)).toEqual(['lb', 'a'])
  })

  it('keeps what an operator added, behind what the file has', () => {
    const merged = merge(topology([A!]), topology([B!, A!]), topology([A!, C!]))

    expect(idsOf(merged)).toEqual(['lb', 'b', 'a', 'c'])
  })

  it('takes the file for a node that both added', () => {
    const merged = merge(topology([A!]), topology([A!, { ...B, weight: 2 }]), topology([A!, { ...B, weight: 7 }]))

    expect(nodeOf(merged, 'b')?.weight).toBe(2)
  })

  it('keeps the rate of an operator until the file says another', () => {
    const load = (rate: number, payloadBytes = 64) => topology([A!], { load: { rate, payloadBytes } })

    expect(merge(load(50), load(50, 8), load(900)).load).toMatchObject({ rate: 900, payloadBytes: 8 })
    expect(merge(load(50), load(70), load(900)).load.rate).toBe(70)
  })
})

type Versions = [before?: NodeSpec, after?: NodeSpec, running?: NodeSpec]

/** The rules once more, as a table would list them. */
function expectedNode(...[before, after, running]: Versions): NodeSpec | undefined {
  if (!before && !after) return running
  if (!after) return undefined
  if (!before) return after
  if (!running) return undefined
  const isOneRole = new Set([before.role, after.role, running.role]).size === 1
  if (isOneRole) return fieldByField(before, after, running)
  return deepEqual(before, after) ? running : after
}

function fieldByField<T extends object>(before: T, after: T, running: T): T {
  const entries = Object.entries(after) as [keyof T, unknown][]
  return Object.fromEntries(
    entries.map(([key, value]) => [key, deepEqual(before[key], value) ? running[key] : value]),
  ) as T
}
