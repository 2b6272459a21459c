import { describe, expect, it } from 'vitest'
import { diff } from '../../src/topology/diff.ts'
import { frozenChange, plan, planLines } from '../../src/topology/plan.ts'
import type { Topology } from '../../src/topology/types.ts'
import { nineNodes, topologyOf } from '../support/topology.ts'

/** Steps as `kind id: line`. */
function planned(before: Topology, after: Topology): string[] {
  return plan(diff(before, after), before, after).map(step => {
    const subject = step.kind === 'load' ? 'load' : `${step.kind} ${step.id}`
    return step.line === null ? subject : `${subject}: ${step.line}`
  })
}

const PROXIES = [{ id: 'proxy-1' }, { id: 'proxy-2' }]
const SERVERS = [1, 2, 3, 4, 5, 6].map(number => ({
  id: `server-${number}`,
  behind: number <= 3 ? 'proxy-1' : 'proxy-2',
}))

describe('plan', () => {
  it('has no steps where nothing changed', () => {
    expect(planned(nineNodes(), nineNodes())).toEqual([])
  })

  it('starts an added server before its proxy learns of it, and tells nobody else', () => {
    const after = topologyOf({ proxies: PROXIES, servers: [...SERVERS, { id: 'server-7', behind: 'proxy-2' }] })

    expect(planned(nineNodes(), after)).toEqual(['start server-7: + server-7 behind proxy-2', 'route proxy-2'])
  })

  it('takes a removed server out of its proxy before it drains', () => {
    const after = topologyOf({ proxies: PROXIES, servers: SERVERS.filter(({ id }) => id !== 'server-2') })

    expect(planned(nineNodes(), after)).toEqual(['route proxy-1', 'drain server-2: - server-2 drain'])
  })

  it('hands changed parameters to the node that has them', () => {
    const servers = SERVERS.map(server => (server.id === 'server-3' ? { ...server, serviceTime: '5ms' } : server))

    expect(planned(nineNodes(), topologyOf({ proxies: PROXIES, servers }))).toEqual([
      'route server-3: ~ server-3 serviceTime 0ms -> 5ms live',
    ])
  })

  it('hands another distribution of service times to the server that has it, and starts no process', () => {
    const servers = SERVERS.map(server =>
      server.id === 'server-3' ? { ...server, serviceTime: { exponential: '5ms' } } : server,
    )

    expect(planned(nineNodes(), topologyOf({ proxies: PROXIES, servers }))).toEqual([
      'route server-3: ~ server-3 serviceTime 0ms -> exponential 5ms live',
    ])
  })

  it('tells parents of a changed weight', () => {
    const servers = SERVERS.map(server => (server.id === 'server-3' ? { ...server, weight: 0 } : server))

    expect(planned(nineNodes(), topologyOf({ proxies: PROXIES, servers }))).toEqual([
      'route server-3: ~ server-3 weight 1 -> 0 live',
      'route proxy-1',
    ])
  })

  it.each([
    ['drain', { admin: 'drain' }, '~ server-3 admin ready -> drain live'],
    ['backup', { backup: true }, '~ server-3 backup false -> true live'],
  ])('tells parents of a server that was made to %s', (_, keys, line) => {
    const servers = SERVERS.map(server => (server.id === 'server-3' ? { ...server, ...keys } : server))

    expect(planned(nineNodes(), topologyOf({ proxies: PROXIES, servers }))).toEqual([
      `route server-3: ${line}`,
      'route proxy-1',
    ])
  })

  it('hands what a load balancer retries and queues to it alone', () => {
    const loadBalancers = [{ id: 'lb', attempts: 5, queueDiscipline: 'codel' }]

    expect(planned(nineNodes(), topologyOf({ loadBalancers, proxies: PROXIES, servers: SERVERS }))).toEqual([
      'route lb: ~ lb attempts 3 -> 5, queueDiscipline fifo -> codel live',
    ])
  })

  it('moves a server from one proxy to another without stopping it', () => {
    const servers = SERVERS.map(server => (server.id === 'server-3' ? { ...server, behind: 'proxy-2' } : server))

    expect(planned(nineNodes(), topologyOf({ proxies: PROXIES, servers }))).toEqual([
      'route server-3: ~ server-3 behind proxy-1 -> proxy-2 live',
      'route proxy-1',
      'route proxy-2',
    ])
  })

  it('starts leaves first and drains the entry first', () => {
    const before = topologyOf({
      loadBalancers: [{ id: 'lb' }, { id: 'old-lb' }],
      proxies: [
        { id: 'old-inner', behind: 'old-outer' },
        { id: 'old-outer', behind: 'old-lb' },
      ],
      servers: [{ id: 'kept', behind: ['lb', 'old-inner'] }],
    })
    const after = topologyOf({
      proxies: [{ id: 'outer' }, { id: 'inner', behind: 'outer' }],
      servers: [
        { id: 'kept', behind: 'lb' },
        { id: 'new', behind: 'inner' },
      ],
    })

    expect(planned(before, after)).toEqual([
      'start new: + new behind inner',
      'start inner: + inner behind outer',
      'start outer: + outer behind lb',
      'route kept: ~ kept behind lb, old-inner -> lb live',
      'route lb',
      'load',
      'drain old-lb: - old-lb drain',
      'drain old-outer: - old-outer drain',
      'drain old-inner: - old-inner drain',
    ])
  })

  it('replaces the process of a node that takes another role, below whatever new node stands before it', () => {
    const before = topologyOf({ servers: [{ id: 'x' }, { id: 'y' }] })
    const after = topologyOf({
      proxies: [{ id: 'front' }, { id: 'x', behind: 'front' }],
      servers: [
        { id: 'y', behind: 'lb' },
        { id: 'z', behind: 'x' },
      ],
    })

    expect(planned(before, after)).toEqual([
      'start z: + z behind x',
      'replace x: ~ x role server -> proxy, behind lb -> front by a new process',
      'start front: + front behind lb',
      'route lb',
    ])
  })

  it('tells the parents of a replaced node, though nothing but its process is new to them', () => {
    const servers = [{ id: 'a', behind: ['lb', 'x'] }]
    const before = topologyOf({ proxies: [{ id: 'x' }], servers })
    const after = topologyOf({ proxies: [], servers: [{ id: 'a' }, { id: 'x' }] })

    expect(planned(before, after)).toEqual([
      'replace x: ~ x role proxy -> server by a new process',
      'route a: ~ a behind lb, x -> lb live',
      'route lb',
    ])
  })

  it('hands a changed load to the clients alone', () => {
    const after = topologyOf({ proxies: PROXIES, servers: SERVERS, load: { rate: 500 } })

    expect(planned(nineNodes(), after)).toEqual(['load: ~ load rate 50 -> 500 live'])
  })

  it('hands changed health to everybody', () => {
    const after = topologyOf({ proxies: PROXIES, servers: SERVERS, health: { interval: '1s' } })

    const steps = plan([], nineNodes(), after)

    expect(steps.map(step => step.kind)).toEqual([...Array(9).fill('route'), 'load'])
    expect(steps.every(step => step.line === null)).toBe(true)
  })

  it('needs no steps for restart and shutdown', () => {
    const after = topologyOf({ proxies: PROXIES, servers: SERVERS, restart: { delayMax: '5s' } })

    expect(planned(nineNodes(), after)).toEqual([])
  })

  it('tells a proxy whose upstreams only changed their order', () => {
    const after = topologyOf({ proxies: PROXIES, servers: SERVERS.toReversed() })

    expect(planned(nineNodes(), after)).toEqual(['route proxy-1', 'route proxy-2'])
  })
})

describe('planLines', () => {
  const lines = (before: Topology, after: Topology) =>
    planLines(plan(diff(before, after), before, after), before, after)

  it('has a line for everything that changes, those of the launcher too', () => {
    const after = topologyOf({
      proxies: PROXIES,
      servers: [...SERVERS.slice(1), { id: 'server-7', behind: 'proxy-2' }],
      load: { rate: 200 },
      restart: { delayMin: '1s' },
    })

    expect(lines(nineNodes(), after)).toEqual([
      '+ server-7 behind proxy-2',
      '~ load rate 50 -> 200 live',
      '~ restart delayMin 100ms -> 1s live',
      '- server-1 drain',
    ])
  })

  it('has one where nothing but the order changes, by which upstreams take turns', () => {
    const after = topologyOf({ proxies: PROXIES, servers: SERVERS.toReversed() })

    expect(lines(nineNodes(), after)).toEqual(['~ order of the nodes live'])
  })

  it('has none where nothing changes', () => {
    expect(lines(nineNodes(), nineNodes())).toEqual([])
  })
})

describe('frozenChange', () => {
  it('refuses another socketDir, at its place', () => {
    const servers = [{ id: 'a' }]

    const [before, after] = [topologyOf({ servers }), topologyOf({ servers, socketDir: 'run' })]

    expect(frozenChange(before, after, '{\n  "socketDir": "run"\n}')).toMatchObject({
      line: 2,
      column: 16,
      message: 'socketDir cannot change while running',
      hint: 'put "sockets" back, or stop and start again',
    })
    expect(frozenChange(after, before, '{}')).toMatchObject({ line: 0, hint: expect.stringMatching(/^put "run" back/) })
    expect(frozenChange(before, topologyOf({ servers, load: { rate: 1 } }), '{}')).toBeNull()
  })
})
