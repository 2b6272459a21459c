import { describe, expect, it } from 'vitest'
import { type LoadAsked, loadRunBoxes, loadRunWarmUps } from '../../src/lab/load-run.ts'
import { NOTHING_ASKED } from '../support/bench-asked.ts'
import { topologyOf } from '../support/topology.ts'

const NAME = { path: 'my.json', hops: 2 }

function boxesFor(asked: Partial<LoadAsked>, load: Record<string, unknown> = {}) {
  const topology = topologyOf({
    loadBalancers: [{ id: 'lb' }],
    servers: [{ id: 'a' }],
    load: { rate: 300, connections: 3, payloadBytes: 100, arrivals: 'uniform', ...load },
  })
  return loadRunBoxes(topology, NAME, { ...NOTHING_ASKED, ...asked }, 1_000)
}

const told = (boxes: ReturnType<typeof boxesFor>) =>
  boxes.map(({ scenarios: [{ path, loop, outstanding, rate }] }) => `${path} ${loop} ${rate ?? outstanding}`)

describe('a load run', () => {
  it('without a wish takes the load of the file, one and many outstanding, and the floor', () => {
    const boxes = boxesFor({})

    expect(told(boxes)).toEqual(['my.json open 300', 'my.json closed 1', 'my.json closed 64', 'unix echo closed 1'])
    expect(boxes[0]).toMatchObject({
      scenarios: [{ section: 'load', connections: 3, payloadBytes: 100, hops: 2 }],
      way: { entry: null, rate: 300, arrivals: 'uniform', shape: { kind: 'constant' }, keys: null },
      durationMs: 1_000,
    })
    expect(boxes[3]).toMatchObject({ scenarios: [{ connections: 1, payloadBytes: 100, hops: 0 }], way: null })
  })

  it('leaves the open loop out where the file has no rate', () => {
    expect(told(boxesFor({}, { rate: 0 }))).toEqual(['my.json closed 1', 'my.json closed 64', 'unix echo closed 1'])
  })

  it('asked for a rate or for so many outstanding does that alone', () => {
    expect(told(boxesFor({ rate: 1_000 }))).toEqual(['my.json open 1000'])
    expect(told(boxesFor({ outstanding: 5 }))).toEqual(['my.json closed 5'])
  })

  it('puts a shape around the rate, and tells the mean', () => {
    const shape = { kind: 'ramp', from: 0 } as const
    const boxes = boxesFor({ rate: 1_000, shape })

    expect(told(boxes)).toEqual(['my.json open 500'])
    expect(boxes[0]!.way).toMatchObject({ rate: 1_000, shape })
  })

  it('tells the shape and the keys of what is sent, in full', () => {
    const shape = { kind: 'ramp', from: 0 } as const
    const keys = { kind: 'uniform', count: 9 } as const
    const formsOf = (asked: Partial<LoadAsked>) => boxesFor(asked).map(({ scenarios: [{ form }] }) => form)

    expect(formsOf({ rate: 9, shape })).toEqual(['ramp:from=0'])
    expect(formsOf({ rate: 9, shape, keys })).toEqual(['ramp:from=0 keys uniform:count=9'])
    expect(formsOf({ rate: 9, shape: { kind: 'constant' } })).toEqual([undefined])
    expect(formsOf({ keys })).toEqual([...Array(3).fill('keys uniform:count=9'), undefined])
  })

  it('sends with the connections, payload and keys that were asked for', () => {
    const keys = { kind: 'uniform', count: 9 } as const
    const [box] = boxesFor({ connections: 7, payloadBytes: 5, keys })

    expect(box).toMatchObject({ scenarios: [{ connections: 7, payloadBytes: 5 }], way: { keys } })
  })

  it.each([
    [{ rate: 100 }, 5],
    [{ rate: 40_000 }, 100],
    [{ outstanding: 8 }, 50],
  ])('asked for %o traces one request in %i', (asked, every) => {
    const boxes = boxesFor(asked)

    expect(boxes.map(({ way }) => way!.traceEvery)).toEqual([every])
    expect(loadRunWarmUps(boxes)[0]!.way!.traceEvery).toBe(0)
  })

  it('without a wish traces the load of the file alone', () => {
    expect(boxesFor({}).map(({ way }) => way?.traceEvery ?? 0)).toEqual([5, 0, 0, 0])
  })

  it('warms up with each of its loads, for a second at most', () => {
    const boxes = boxesFor({}).map(box => ({ ...box, durationMs: 60_000 }))
    const warmUps = loadRunWarmUps(boxes)

    expect(told(warmUps)).toEqual(told(boxes))
    expect(warmUps.map(({ durationMs }) => durationMs)).toEqual([1_000, 1_000, 1_000, 1_000])
  })
})
