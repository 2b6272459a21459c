import { describe, expect, it } from 'vitest'
import { type ReloadResult, reload } from '../../src/supervise/reload.ts'
import { systemProblem } from '../../src/supervise/system-problem.ts'
import type { Problem } from '../../src/topology/types.ts'
import { BEFORE, makeFakeFleet } from '../support/fake-fleet.ts'
import { parsed } from '../support/topology.ts'

interface Faults {
  /** What stands in the way of these nodes' sockets. */
  readonly problems?: readonly Problem[]
  /** The node that does not become ready. */
  readonly broken?: string
}

function makeFleet({ problems = [], broken }: Faults = {}) {
  const { fleet, steps } = makeFakeFleet(undefined, broken)
  /** What was told before anything was done, and when routing had changed over; with how many steps taken by then. */
  const planned: [string, number][] = []
  const applied: [string, number][] = []
  const edit = (change: (topology: typeof BEFORE) => object): Promise<ReloadResult> =>
    reload(parsed(JSON.stringify(change(structuredClone(BEFORE)))), {
      fleet,
      clear: async () => problems,
      onPlan: lines => planned.push([lines.join('; '), steps.length]),
      onApplied: lines => applied.push([lines.join('; '), steps.length]),
    })
  return { fleet, steps, planned, applied, edit }
}

describe('an edit', () => {
  it('that changes nothing does nothing', async () => {
    const { edit, steps } = makeFleet()

    expect(await edit(topology => topology)).toEqual({ kind: 'same' })
    expect(steps).toEqual([])
  })

  it('starts what is new, then routes, then drains what is gone, entry first', async () => {
    const { fleet, edit, steps } = makeFleet()
    const result = await edit(topology => ({
      ...topology,
      proxies: [{ id: 'proxy-1' }, { id: 'proxy-3' }],
      servers: [topology.servers[0], { id: 'server-4', behind: 'proxy-3' }],
    }))

    expect(result).toMatchObject({ kind: 'applied' })
    expect(steps).toEqual([
      'start server-4, proxy-3',
      'route lb',
      'stop proxy-2 within 5000',
      'removed proxy-2',
      // Side by side: nobody waits for the drain of another than those that still send to it.
      expect.stringMatching(/^stop server-[23] within 5000/),
      expect.stringMatching(/^stop server-[23] within 5000/),
      expect.stringMatching(/^removed server-[23]/),
      expect.stringMatching(/^removed server-[23]/),
    ])
    expect(fleet.topology.nodes.map(({ id }) => id)).toEqual(['lb', 'proxy-1', 'proxy-3', 'server-1', 'server-4'])
  })

  it('replaces a node that takes another role, and leaves the old process when all are told', async () => {
    const { edit, steps } = makeFleet()
    await edit(topology => ({
      ...topology,
      proxies: [...topology.proxies, { id: 'server-3', behind: 'proxy-2' }],
      servers: [...topology.servers.slice(0, 2), { id: 'server-4', behind: 'server-3' }],
    }))

    expect(steps).toEqual(['start server-4', 'replace server-3', 'route proxy-2', 'leave old server-3 within 5000'])
  })

  it('of the load reaches the clients alone', async () => {
    const { applied, edit, steps } = makeFleet()
    const result = await edit(topology => ({ ...topology, load: { rate: 200 } }))

    expect(steps).toEqual(['route clients'])
    expect(result).toEqual({ kind: 'applied' })
    expect(applied).toEqual([['~ load rate 100 -> 200 live', 1]])
  })

  it('is told before anything is done, and again when requests take the new ways', async () => {
    const { edit, planned, applied } = makeFleet()
    await edit(topology => ({
      ...topology,
      servers: [{ ...topology.servers[0], weight: 2 }, topology.servers[1], { id: 'server-4', behind: 'proxy-2' }],
      shutdown: { drainTimeout: '1s' },
    }))

    const lines =
      '+ server-4 behind proxy-2; ~ server-1 weight 1 -> 2 live; ~ shutdown drainTimeout 5s -> 1s live; - server-3 drain'
    expect([planned, applied]).toEqual([[[lines, 0]], [[lines, expect.any(Number)]]])
  })

  it('of the time that a drain may take holds for those that it removes', async () => {
    const { edit, steps } = makeFleet()
    await edit(topology => ({
      ...topology,
      servers: topology.servers.slice(0, 2),
      shutdown: { drainTimeout: '1s' },
    }))

    expect(steps).toContain('stop server-3 within 1000')
  })

  it('of what the launcher keeps needs no step, and is told', async () => {
    const { applied, fleet, edit, steps } = makeFleet()
    const result = await edit(topology => ({ ...topology, shutdown: { drainTimeout: '1s' } }))

    expect([steps, fleet.topology.shutdown.drainTimeoutMs]).toEqual([[], 1_000])
    expect(result).toEqual({ kind: 'applied' })
    expect(applied).toEqual([['~ shutdown drainTimeout 5s -> 1s live', 0]])
  })
})

describe('an edit that cannot be', () => {
  it('changes nothing: a path is taken', async () => {
    const { fleet, edit, steps } = makeFleet({
      problems: [systemProblem('SOCKET_IN_USE', 'server-4: in use', 'stop it')],
    })
    const before = fleet.topology
    const result = await edit(topology => ({
      ...topology,
      servers: [...topology.servers, { id: 'server-4', behind: 'proxy-1' }],
    }))

    expect(result).toMatchObject({ kind: 'rejected', problems: [{ code: 'SOCKET_IN_USE' }] })
    expect(steps).toEqual([])
    expect(fleet.topology).toBe(before)
  })

  it('is taken back where a new node does not become ready', async () => {
    const { fleet, edit, steps } = makeFleet({ broken: 'server-4' })
    const before = fleet.topology
    const result = await edit(topology => ({
      ...topology,
      servers: [...topology.servers, { id: 'server-4', behind: 'proxy-1' }],
    }))

    expect(result).toEqual({
      kind: 'rejected',
      problems: [],
      reason: 'server-4 did not become ready: code 1',
    })
    expect([fleet.topology, fleet.nodes.has('server-4')]).toEqual([before, false])
    expect(steps.slice(0, 2)).toEqual(['start server-4', 'kill server-4'])
    expect(steps.slice(2).toSorted()).toEqual(before.nodes.map(({ id }) => `route ${id}`).toSorted())
  })

  it('is taken back where a node does not become ready in its new role', async () => {
    const { fleet, edit, steps } = makeFleet({ broken: 'server-3' })
    const before = fleet.topology
    const result = await edit(topology => ({
      ...topology,
      proxies: [...topology.proxies, { id: 'server-3', behind: 'proxy-2' }],
      servers: [...topology.servers.slice(0, 2), { id: 'server-4', behind: 'server-3' }],
    }))

    expect(result).toMatchObject({ reason: 'server-3 did not become ready in its new role: code 1' })
    expect([fleet.topology, fleet.nodes.get('server-3')!.spec.role]).toEqual([before, 'server'])
    expect(fleet.nodes.has('server-4')).toBe(false)
    // The second replacement goes back: the failed one may have taken the socket's name.
    expect(steps.slice(0, 4)).toEqual(['start server-4', 'replace server-3', 'replace server-3', 'kill server-4'])
  })

  it('starts nothing more where the end of the run comes in between', async () => {
    const { fleet, edit, steps } = makeFleet()
    const edited = edit(topology => ({
      ...topology,
      proxies: [...topology.proxies, { id: 'server-2', behind: 'proxy-1' }, { id: 'server-3', behind: 'proxy-2' }],
      servers: [topology.servers[0]!, { id: 'server-4', behind: ['server-2', 'server-3', 'proxy-2'] }],
    }))
    while (!steps.includes('replace server-2')) await new Promise(setImmediate)
    fleet.isStopping = true

    expect(await edited).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining('everything is being stopped'),
    })
    expect(steps).toEqual(['start server-4', 'replace server-2'])
  })

  it('takes back one new role where another cannot be taken', async () => {
    const { fleet, edit, steps } = makeFleet({ broken: 'server-3' })
    const before = fleet.topology
    const result = await edit(topology => ({
      ...topology,
      proxies: [...topology.proxies, { id: 'server-2', behind: 'proxy-1' }, { id: 'server-3', behind: 'proxy-2' }],
      servers: [topology.servers[0]!, { id: 'server-4', behind: ['server-2', 'server-3', 'proxy-2'] }],
    }))

    expect(result).toMatchObject({ reason: 'server-3 did not become ready in its new role: code 1' })
    expect(['server-2', 'server-3'].map(id => fleet.nodes.get(id)!.spec.role)).toEqual(['server', 'server'])
    expect(fleet.topology).toBe(before)
    expect(steps.filter(step => step.startsWith('replace'))).toEqual([
      'replace server-2',
      'replace server-3',
      'replace server-2',
      'replace server-3',
    ])
    expect(steps.filter(step => step.startsWith('leave old'))).toContain('leave old server-2 within 5000')
  })
})
