import { beforeAll, describe, expect, it } from 'vitest'
import { expectAllAnswered, expectLawsInEveryLine } from '../support/claims.ts'
import { stillChildren } from '../support/commands.ts'
import { NOTHING_LEFT, nineNodes, nodeOf, type Run, startRun, type Written } from '../support/processes.ts'

let run: Run
beforeAll(async () => {
  run = startRun({ topology: nineNodes({ rate: 300 }) })
  await run.ready()
  await run.statsWhen(({ nodes }) => nodes.every(({ received }) => received > 10), 'every node has worked')
})

async function apply(change: (topology: Written) => void) {
  const before = run.pids()
  await run.nextEvent('reload', () => run.edit(change))
  await run.freshStats()
  const after = run.pids()
  return { before, after, moved: Object.keys(before).filter(id => after[id] !== before[id]) }
}

describe('under load', () => {
  it('moves a server behind another proxy with its process', async () => {
    const { moved } = await apply(topology => {
      topology.servers[2].behind = 'proxy-2'
    })
    const picked = run.node('server-3').received
    const stats = await run.statsWhen(stats => nodeOf(stats, 'server-3').received > picked + 10, 'server-3 works on')
    const edge = nodeOf(stats, 'proxy-2').upstreams.find(({ id }) => id === 'server-3')

    expect(moved).toEqual([])
    expect(edge!.answered).toBeGreaterThan(0)
    expect(stats.client.failed).toBe(0)
  })

  it('makes a proxy of a server by a new process, the old one finishing first', async () => {
    const { before, moved } = await apply(topology => {
      topology.servers = topology.servers.filter(({ id }: Written) => id !== 'server-6')
      topology.proxies.push({ id: 'server-6', behind: 'proxy-2' })
      topology.servers.push({ id: 'server-7', behind: 'server-6' })
    })
    const stats = await run.statsWhen(stats => nodeOf(stats, 'server-7').received > 10, 'server-7 has worked')
    const changed = nodeOf(stats, 'server-6')

    expect(moved).toEqual(['server-6'])
    expect(stillChildren([before['server-6']!])).toEqual([])
    expect(changed).toMatchObject({ role: 'proxy', state: 'up', approximate: false, failed: 0, rejected: 0 })
    expect(changed.upstreams[0]).toMatchObject({ id: 'server-7', failed: 0 })
    expect([stats.client.failed, run.events('exit')]).toEqual([0, []])
  })

  it('makes a server of it again', async () => {
    const { moved } = await apply(topology => {
      topology.proxies = topology.proxies.filter(({ id }: Written) => id !== 'server-6')
      topology.servers = topology.servers.filter(({ id }: Written) => id !== 'server-7')
      topology.servers.push({ id: 'server-6', behind: 'proxy-2' })
    })
    const received = run.node('server-6').received
    const stats = await run.statsWhen(stats => nodeOf(stats, 'server-6').received > received + 10, 'server-6 works')

    expect(moved.sort()).toEqual(['server-6', 'server-7'])
    expect(nodeOf(stats, 'server-6')).toMatchObject({ role: 'server', state: 'up', approximate: false, failed: 0 })
    expect(nodeOf(stats, 'server-7')).toMatchObject({ state: 'stopped', approximate: false, failed: 0 })
  })

  it('takes everything in one save: balancers, proxies, replicas, a move, a removal and parameters', async () => {
    const { moved } = await apply(topology => {
      topology.loadBalancers.push({ id: 'lb-2', policy: 'random' })
      topology.proxies.push({ id: 'proxy-3', policy: { name: 'first', upTo: 2 } })
      topology.servers = topology.servers.filter(({ id }: Written) => id !== 'server-5')
      topology.servers.push({ id: 'worker', replicas: 2, behind: ['proxy-3', 'proxy-1'] })
      Object.assign(topology.servers[0], { weight: 3, serviceTime: '1ms', behind: 'proxy-3' })
      Object.assign(topology, { health: { interval: '200ms' }, shutdown: { drainTimeout: '4s' } })
      Object.assign(topology.load, { connections: 2, payloadBytes: 9 })
    })
    const stats = await run.statsWhen(
      stats => ['lb-2', 'proxy-3', 'server-1'].every(id => nodeOf(stats, id).received > 10),
      'the new ones have worked',
    )

    expect(moved).toEqual(['server-5'])
    expect(run.events('plan').at(-1)).toMatchObject({ changes: 11 })
    expect(nodeOf(stats, 'worker-2').state).toBe('up')
    expect(stats.client.failed).toBe(0)
  })

  it('takes it back in one save', async () => {
    const { moved } = await apply(topology => {
      topology.loadBalancers.pop()
      topology.proxies.pop()
      topology.servers.pop()
      topology.servers[0].behind = 'proxy-1'
      topology.servers.push({ id: 'worker', replicas: 1, behind: 'proxy-1' })
    })
    const gone = ['lb-2', 'proxy-3', 'worker-2']
    await run.waitFor(() => gone.every(id => run.events('removed', id).length > 0), 'they are gone')
    await run.freshStats()

    expect(moved.filter(id => !gone.includes(id))).toEqual([])
    expect(gone.map(id => run.node(id).state)).toEqual(gone.map(() => 'stopped'))
    expect(run.node('worker-1').state).toBe('up')
    expect(run.stats().at(-1)!.client.failed).toBe(0)
  })

  it('loses no request by any of it', async () => {
    const children = run.children()
    const { code, stderr, summary } = await run.end()

    expect([code, stderr, summary.laws]).toEqual([0, '', 'ok'])
    expectAllAnswered(summary.client)
    expectLawsInEveryLine(run.lines)
    expect(run.leftovers(children)).toEqual(NOTHING_LEFT)
  })
})
