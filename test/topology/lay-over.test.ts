import { describe, expect, it } from 'vitest'
import { layOver, withRate } from '../../src/topology/lay-over.ts'
import { topologyOf } from '../support/topology.ts'

const [P, Q] = [{ id: 'p' }, { id: 'q' }]
const A = { id: 'a', behind: 'p' }
const B = { id: 'b', behind: 'q' }
const file = (proxies: object[], servers: object[], load: object = {}) => topologyOf({ proxies, servers, load })

describe('layOver', () => {
  it('is the edit where only the file was changed', () => {
    const [before, after] = [file([P, Q], [A, B]), file([P], [A], { rate: 7 })]

    expect(layOver({ before, after, running: before, heldRate: null })).toEqual({ ok: true, topology: after })
  })

  it('keeps what operators changed, and the rate that holds', () => {
    const [before, after] = [file([P], [A], { rate: 5 }), file([P], [{ ...A, weight: 2 }], { rate: 6 })]
    const running = file([P], [{ ...A, concurrency: 3 }], { rate: 9 })
    const expected = file([P], [{ ...A, weight: 2, concurrency: 3 }], { rate: 9 })

    expect(layOver({ before, after, running, heldRate: 9 })).toMatchObject({ ok: true, topology: expected })
  })

  it('says what is wrong where both together cannot be', () => {
    const [before, after] = [file([P, Q], [A, B]), file([P], [A])]
    const running = file([P, Q], [A, B, { ...B, id: 'c' }])

    expect(layOver({ before, after, running, heldRate: null })).toMatchObject({
      ok: false,
      topology: { nodes: [{ id: 'lb' }, { id: 'p' }, { id: 'a' }, { id: 'c' }] },
      problems: [{ code: 'UNKNOWN_NODE' }],
    })
  })
})

describe('withRate', () => {
  it('changes nothing but the rate, and that only where a number is given', () => {
    const topology = file([P], [A])

    expect(withRate(topology, null)).toBe(topology)
    expect(withRate(topology, 0)).toEqual(file([P], [A], { rate: 0 }))
  })
})
