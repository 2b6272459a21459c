import { describe, expect, it } from 'vitest'
import { loadBalancerEntry, nodeIdsOf, proxyEntry, serverEntry } from '../../src/topology/read-entry.ts'
import { codesOf, readField } from '../support/fields.ts'

describe('serverEntry', () => {
  it('reads an entry with its own parameters alone', () => {
    const { value } = readField(serverEntry, { id: 'a', behind: ['p', 'q'], weight: 2, serviceTime: '1ms' })

    expect(value).toMatchObject({ role: 'server', id: 'a', replicas: null, isWhole: true })
    expect(value!.behind!.items.map(({ id, place }) => `${id} ${place.path}`)).toEqual(['p behind[0]', 'q behind[1]'])
    expect(value!.parameters).toEqual({ weight: 2, serviceTime: { kind: 'fixed', valueMs: 1 } })
  })

  it.each([{ weight: 1 }, { id: 7 }, { id: 'a', replicas: 0 }, { id: 'a', behind: [] }, { id: 'a', behind: ['p', 7] }])(
    'is not whole where %j leaves open who it is',
    written => {
      expect(readField(serverEntry, written).value!.isWhole).toBe(false)
    },
  )

  it('keeps a bad id, so that whoever names it is not reported too', () => {
    expect(readField(serverEntry, { id: 'Bad' }).value).toMatchObject({ id: 'Bad', isWhole: true })
  })
})

describe('proxyEntry and loadBalancerEntry', () => {
  it('take the keys of their role', () => {
    const forwarder = { id: 'x', policy: 'random', timeout: '1s', maxInFlight: 5 }

    expect(codesOf(proxyEntry, { ...forwarder, weight: 1, behind: 'lb', replicas: 2 })).toEqual([])
    expect(codesOf(loadBalancerEntry, forwarder)).toEqual([])
    expect(codesOf(loadBalancerEntry, { ...forwarder, replicas: 2, weight: 1 })).toEqual(['UNKNOWN_KEY', 'UNKNOWN_KEY'])
  })
})

describe('nodeIdsOf', () => {
  it.each([
    [{ id: 'a' }, ['a']],
    [{ id: 'a', replicas: 1 }, ['a-1']],
    [{ id: 'a', replicas: 3 }, ['a-1', 'a-2', 'a-3']],
    [{ weight: 1 }, []],
  ])('makes of %j the ids %j', (written, ids) => {
    expect(nodeIdsOf(readField(serverEntry, written).value!)).toEqual(ids)
  })
})
