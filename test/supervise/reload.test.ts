import { describe, expect, it } from 'vitest'
import type { Fleet } from '../../src/supervise/fleet.ts'
import { type ReloadResult, reload } from '../../src/supervise/reload.ts'
import { systemProblem } from '../../src/supervise/system-problem.ts'
import type { NodeSpec, Problem, Topology } from '../../src/topology/types.ts'
import { parsed } from '../support/topology.ts'

const BEFORE = {
  loadBalancers: [{ id: 'lb' }],
  proxies: [{ id: 'proxy-1' }, { id: 'proxy-2' }],
  servers: [
    { id: 'server-1', behind: 'proxy-1' },
    { id: 'server-2', behind: 'proxy-2' },
    { id: 'server-3', behind: 'proxy-2' },
  ],
  load: { rate: 100 },
}

interface Faults {
  /** What stands in the way of these nodes' sockets. */
  readonly problems?: readonly Problem[]
  /** The node that does not become ready. */
  readonly broken?: string
  /** What the command line asks for instead of the file's. */
  readonly rate?: number
}

/** A fleet without processes that writes down what it is asked to do, one step a turn. */
function makeFleet({ problems = [], broken, rate: asked }: Faults = {}) {
  const rate = asked ?? null
  const overridden = (topology: Topology): Topology => ({
    ...topology,
    load: { ...topology.load, connections: 2, rate: rate ?? topology.load.rate },
  })
  const steps: string[] = []
  const step = async (text: string) => {
    steps.push(text)
    await new Promise(setImmediate)
  }
  const answer = (id: string) => (id === broken ? 'code 1' : null)
  const keeperOf = (id: string) => ({
    apply: () => step(`route ${id}`),
    replace: () => step(`replace ${id}`).then(() => answer(id)),
    leaveOld: (limitMs: number) => step(`leave old ${id} within ${limitMs}`),
    stop: (limitMs: number) => step(`stop ${id} within ${limitMs}`),
    kill: () => step(`kill ${id}`),
  })
  const fleet = {
    topology: parsed(JSON.stringify(BEFORE)),
    isStopping: false,
    nodes: new Map<string, { spec: NodeSpec; keeper: ReturnType<typeof keeperOf> }>(),
    clients: { apply: () => step('route clients') },
    event: (event: string, node: string) => void steps.push(`${event} ${node}`),
    tend(spec: NodeSpec) {
      const tended = fleet.nodes.get(spec.id) ?? { spec, keeper: keeperOf(spec.id) }
      tended.spec = spec
      fleet.nodes.set(spec.id, tended)
      return tended
    },
    async startNodes(specs: readonly NodeSpec[]) {
      for (const spec of specs) fleet.tend(spec)
      if (specs.length > 0) await step(`start ${specs.map(({ id }) => id).join(', ')}`)
      const failed = specs.find(({ id }) => answer(id) !== null)
      return failed ? { id: failed.id, reason: answer(failed.id) } : null
    },
  }
  for (const spec of fleet.topology.nodes) fleet.tend(spec)
  /** What was told when routing had changed over. */
  const applied: string[] = []
  const warned: string[] = []
  const heldRates: number[] = []
  const edit = (change: (topology: typeof BEFORE) => object): Promise<ReloadResult> =>
    save(JSON.stringify(change(structuredClone(BEFORE))))
  const save = (text: string) =>
    reload(text, {
      fleet: fleet as unknown as Fleet,
      override: topology => overridden(topology),
      clear: async () => problems,
      onApplied: lines => applied.push(...lines),
      rate,
      rateInFile: BEFORE.load.rate,
      onHeldRate: rateInFile => heldRates.push(rateInFile),
      onWarnings: warnings => warned.push(...warnings.map(({ code, line, column }) => `${code} ${line}:${column}`)),
    })
  fleet.topology = overridden(fleet.topology)
  return { fleet, steps, applied, warned, heldRates, edit, save }
}

describe('an edit', () => {
  it('that changes nothing does nothing, whatever the command line lays over the file', async () => {
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
      expect.stringMatching(/^stop server-[23] within 5000/),
      expect.stringMatching(/^removed server-[23]/),
      expect.stringMatching(/^stop server-[23] within 5000/),
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

  it('that is hardly meant is applied, and warned of at its place', async () => {
    const { edit, warned } = makeFleet()
    const result = await edit(topology => ({
      ...topology,
      load: { rate: 193 },
      defaults: { server: { serviceTime: '1s' } },
    }))

    expect(result).toEqual({ kind: 'applied' })
    expect(warned).toEqual([expect.stringMatching(/^LOAD_ABOVE_CAPACITY 1:\d+$/)])
  })

  it('of the load reaches the clients alone', async () => {
    const { applied, edit, steps } = makeFleet()
    const result = await edit(topology => ({ ...topology, load: { rate: 200 } }))

    expect(steps).toEqual(['route clients'])
    expect(result).toEqual({ kind: 'applied' })
    expect(applied).toEqual([expect.stringContaining('200')])
  })

  it('of a rate that the command line holds is told, alone or beside others', async () => {
    const { applied, heldRates, edit, steps } = makeFleet({ rate: 70 })

    expect(await edit(topology => ({ ...topology, load: { rate: 400 } }))).toEqual({ kind: 'same' })
    expect([heldRates, applied, steps]).toEqual([[400], [], []])
    await edit(topology => ({ ...topology, load: { rate: 300, payloadBytes: 9 } }))
    expect([heldRates, applied]).toEqual([[400, 300], [expect.stringMatching(/payloadBytes 64 -> 9$/)]])
    await edit(topology => ({ ...topology, load: { rate: 100 } }))
    expect(heldRates).toEqual([400, 300])
  })

  it('of what the launcher keeps needs no step, and is told', async () => {
    const { applied, fleet, edit, steps } = makeFleet()
    const result = await edit(topology => ({ ...topology, shutdown: { drainTimeout: '1s' } }))

    expect([steps, fleet.topology.shutdown.drainTimeoutMs]).toEqual([[], 1_000])
    expect(result).toEqual({ kind: 'applied' })
    expect(applied).toEqual([expect.stringContaining('drainTimeout')])
  })
})

describe('an edit that cannot be', () => {
  it.each([
    ['no JSON', '{', {}],
    ['a wrong topology', JSON.stringify({ ...BEFORE, servers: [{ id: 'x', behind: 'nobody' }] }), {}],
    ['a topology without the last server of a proxy', JSON.stringify({ ...BEFORE, servers: [] }), {}],
    ['another socket directory', JSON.stringify({ ...BEFORE, socketDir: 'elsewhere' }), {}],
    [
      'a path that is taken',
      JSON.stringify({ ...BEFORE, servers: [...BEFORE.servers, { id: 'server-4', behind: 'proxy-1' }] }),
      { problems: [systemProblem('SOCKET_IN_USE', 'server-4: in use', 'stop it')] },
    ],
  ])('changes nothing: %s', async (_what, text, faults) => {
    const { fleet, save, steps } = makeFleet(faults)
    const before = fleet.topology
    const result = await save(text)

    expect(result.kind).toBe('rejected')
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
