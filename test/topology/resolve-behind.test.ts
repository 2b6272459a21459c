import { describe, expect, it } from 'vitest'
import { parse } from '../../src/topology/parse.ts'

function codes(keys: Readonly<Record<string, unknown>>): string[] {
  const result = parse(JSON.stringify({ loadBalancers: [{ id: 'lb' }], ...keys }))
  return result.ok ? [] : result.problems.map(problem => problem.code)
}

describe('resolveBehind', () => {
  it('reports a wrong name once for all replicas', () => {
    expect(codes({ servers: [{ id: 'a', behind: 'nobody', replicas: 50 }] })).toEqual(['UNKNOWN_NODE'])
  })

  it('does not take a name for unknown while a forwarder could not be read', () => {
    const servers = [{ id: 'a', behind: 'p-1' }]

    expect(codes({ proxies: [{ id: 'p', replicas: 'two' }], servers })).toEqual(['WRONG_TYPE'])
    expect(codes({ proxies: {}, servers })).toEqual(['WRONG_TYPE'])
  })

  it('does not take a proxy for empty while a server that may stand behind it is misplaced', () => {
    const proxies = [{ id: 'p' }, { id: 'q' }]

    expect(
      codes({
        proxies,
        servers: [
          { id: 'a', behind: 'p' },
          { id: 'b', behind: 'r' },
        ],
      }),
    ).toEqual(['UNKNOWN_NODE'])
    expect(codes({ proxies, servers: [{ id: 'a', behind: 'p' }, { id: 'b' }] })).toEqual(['MISSING_BEHIND'])
  })

  it('takes replicas that name each other for the entry naming itself', () => {
    const servers = [{ id: 'a', behind: 'p-2' }]

    expect(codes({ proxies: [{ id: 'p', replicas: 2, behind: 'p-1' }], servers })).toEqual(['BEHIND_SELF'])
  })
})
