import { describe, expect, it } from 'vitest'
import { diff } from '../../src/topology/diff.ts'
import { topologyOf } from '../support/topology.ts'

const servers = (...entries: object[]) => topologyOf({ servers: entries })

describe('diff', () => {
  it('finds nothing between a topology and the same read again, in another order', () => {
    expect(diff(servers({ id: 'a' }, { id: 'b' }), servers({ id: 'b' }, { id: 'a' }))).toEqual([])
  })

  it('lists added and changed nodes in the new order, then removed ones', () => {
    const before = servers({ id: 'gone' }, { id: 'kept' }, { id: 'slow' })
    const after = servers({ id: 'new' }, { id: 'slow', serviceTime: '5ms' }, { id: 'kept' })

    const changes = diff(before, after)

    expect(changes.map(change => change.kind)).toEqual(['added', 'changed', 'removed'])
    expect(changes).toMatchObject([{ spec: { id: 'new' } }, { after: { serviceTime: { valueMs: 5 } } }, { id: 'gone' }])
  })

  it.each([
    ['weight', { weight: 2 }],
    ['serviceTime', { serviceTime: '1ms' }],
    ['the distribution of serviceTime', { serviceTime: { exponential: '1ms' } }],
    ['concurrency', { concurrency: 2 }],
    ['queue', { queue: 2 }],
    ['errorRate', { errorRate: 0.5 }],
    ['queueDiscipline', { queueDiscipline: 'codel' }],
    ['backup', { backup: true }],
    ['admin', { admin: 'maintenance' }],
  ])('sees a change of %s', (_, keys) => {
    expect(diff(servers({ id: 'a' }), servers({ id: 'a', ...keys }))).toMatchObject([{ kind: 'changed' }])
  })
})
