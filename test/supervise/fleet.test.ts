/** Of what no system test can bring about at will; with keepers that keep nothing. */
import { availableParallelism } from 'node:os'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { Fleet } from '../../src/supervise/fleet.ts'
import { Keeper } from '../../src/supervise/keeper.ts'
import { topologyOf } from '../support/topology.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('nodes of which one does not become ready', () => {
  it('begin no more of those that wait for their turn, since all are ended now', async () => {
    const places = 2 * availableParallelism()
    const servers = Array.from({ length: places + 3 }, (_, i) => ({ id: `server-${i + 1}` }))
    const topology = topologyOf({ servers })
    const ends = new Map<Keeper, (problem: string) => void>()
    vi.spyOn(Keeper.prototype, 'start').mockImplementation(function (this: Keeper) {
      return new Promise(resolve => ends.set(this, resolve))
    })
    vi.spyOn(Keeper.prototype, 'kill').mockImplementation(async function (this: Keeper) {
      ends.get(this)?.('stopped before it was ready')
    })
    const fleet = new Fleet(topologyOf({ servers: [{ id: 'server-0' }] }), {
      childEntry: '',
      cwd: '',
      rng: makeRng(1),
      reportEveryMs: 1_000,
      logLevel: 'info',
      logsRequests: false,
      onEvent: () => {},
    })
    const started = fleet.startNodes(topology.nodes.filter(({ role }) => role === 'server'))
    await new Promise(setImmediate)
    const before = ends.size
    ends.get(fleet.nodes.get('server-2')!.keeper)!('code 1')
    const failure = await started
    await Promise.all(servers.map(({ id }) => fleet.nodes.get(id)!.keeper.kill()))
    await new Promise(setImmediate)

    expect(failure).toEqual({ id: 'server-2', reason: 'code 1' })
    expect([before, ends.size]).toEqual([places, places])
  })
})
