import { describe, expect, it } from 'vitest'
import { startOrder, stopOrder } from '../../src/topology/order.ts'
import { nineNodes, topologyOf } from '../support/topology.ts'

const LAYERS = topologyOf({
  proxies: [{ id: 'edge' }, { id: 'inner', behind: 'middle' }, { id: 'middle', behind: 'edge' }, { id: 'flat' }],
  servers: [
    { id: 'a', behind: ['edge', 'inner'] },
    { id: 'b', behind: 'flat' },
  ],
})

describe('startOrder', () => {
  it('starts servers, then proxies, then load balancers, each in the order of the file', () => {
    const ids = startOrder(nineNodes()).map(node => node.id)

    expect(ids).toEqual([...[1, 2, 3, 4, 5, 6].map(number => `server-${number}`), 'proxy-1', 'proxy-2', 'lb'])
  })

  it('starts the deepest proxies first, whatever the order of the file', () => {
    expect(startOrder(LAYERS).map(node => node.id)).toEqual(['a', 'b', 'inner', 'flat', 'middle', 'edge', 'lb'])
  })
})

describe('stopOrder', () => {
  it('stops the entry first', () => {
    expect(stopOrder(LAYERS).map(node => node.id)).toEqual(['lb', 'edge', 'middle', 'flat', 'inner', 'b', 'a'])
  })
})
