import { describe, expect, it } from 'vitest'
import type { WaitState } from '../../src/control/command-values.ts'
import { isInState, stateText } from '../../src/supervise/wait-state.ts'
import { upstreamCounts } from '../support/stats.ts'
import { clientStats, nodeStats } from '../view/samples.ts'

type Seen = {
  health?: 'unknown' | 'healthy' | 'unhealthy'
  circuit?: 'closed' | 'open' | 'half-open'
  admin?: 'ready' | 'drain' | 'maintenance'
}
/** A server behind two proxies, of which each sees it so. */
function seenBy(one: Seen, two: Seen, twoState: 'up' | 'down' = 'up') {
  return {
    client: clientStats({ upstreams: [upstreamCounts('lb')] }),
    nodes: [
      nodeStats('lb', { role: 'load-balancer', behind: [] }),
      nodeStats('p1', { role: 'proxy', behind: ['lb'], upstreams: [upstreamCounts('s', one)] }),
      nodeStats('p2', { role: 'proxy', behind: ['lb'], state: twoState, upstreams: [upstreamCounts('s', two)] }),
      nodeStats('s', { role: 'server', behind: ['p1', 'p2'], state: 'down' }),
    ],
  }
}

describe('a state that is waited for', () => {
  it.each<[WaitState, boolean]>([
    ['down', true],
    ['up', false],
    ['crash-loop', false],
  ])('of the process: %s', (state, isSo) => {
    expect(isInState(state, 's', seenBy({}, {}))).toBe(isSo)
  })

  it.each<[string, Seen, Seen, boolean, boolean]>([
    ['all use it', {}, {}, true, false],
    ['one has ejected it', {}, { circuit: 'open' }, false, true],
    ['one tries it again', {}, { circuit: 'half-open' }, false, false],
    ['one hears nothing of it', { health: 'unhealthy' }, {}, false, true],
    ['one has not seen it yet', { health: 'unknown' }, {}, false, false],
    ['one drains it', { admin: 'drain' }, {}, false, false],
  ])('of the health, where %s', (_what, one, two, isHealthy, isEjected) => {
    const report = seenBy(one, two)

    expect([isInState('healthy', 's', report), isInState('ejected', 's', report)]).toEqual([isHealthy, isEjected])
  })

  it('does not count what a parent saw that runs no more', () => {
    expect(isInState('healthy', 's', seenBy({}, { circuit: 'open' }, 'down'))).toBe(true)
  })

  it('of a load balancer is what the clients see', () => {
    expect(isInState('healthy', 'lb', seenBy({}, {}))).toBe(true)
    expect(isInState('healthy', 'lb', { ...seenBy({}, {}), client: clientStats({ pid: null }) })).toBe(false)
  })

  it('is hung while its process says nothing', () => {
    const nodes = [nodeStats('s', { role: 'server', behind: [], hung: true })]

    expect(isInState('hung', 's', { ...seenBy({}, {}), nodes })).toBe(true)
    expect(isInState('hung', 's', seenBy({}, {}))).toBe(false)
    expect(stateText('s', { ...seenBy({}, {}), nodes })).toBe('hung')
  })

  it.each<[string, Seen]>([
    ['down', {}],
    ['down, and p2 has it in maintenance', { health: 'unknown', admin: 'maintenance' }],
    ['down, and p2 has not connected to it yet', { health: 'unknown' }],
    ['down, and p2 hears nothing of it', { health: 'unhealthy' }],
    ['down, and p2 has ejected it', { circuit: 'open' }],
    ['down, and p2 tries it', { circuit: 'half-open' }],
  ])('is told to who waited in vain: %s', (text, two) => {
    expect(stateText('s', seenBy({}, two))).toBe(text)
  })

  it('of nobody is none', () => {
    expect(isInState('stopped', 'x', seenBy({}, {}))).toBe(false)
    expect(isInState('healthy', 'x', seenBy({}, {}))).toBe(false)
  })
})
