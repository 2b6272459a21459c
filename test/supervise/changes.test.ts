import { describe, expect, it } from 'vitest'
import { Changes } from '../../src/supervise/changes.ts'
import { rejectionBanner } from '../../src/supervise/rejection-text.ts'
import type { Rejection } from '../../src/supervise/reload.ts'
import { systemProblem } from '../../src/supervise/system-problem.ts'
import type { FileContent } from '../../src/supervise/watch.ts'
import { parse } from '../../src/topology/parse.ts'
import type { NodeSpec, Topology } from '../../src/topology/types.ts'
import { BEFORE, makeFakeFleet } from '../support/fake-fleet.ts'
import { parsed } from '../support/topology.ts'
import { CORPUS, placesIn } from '../topology/corpus.ts'

type Written = Omit<typeof BEFORE, 'load'> & Record<string, unknown>

interface Options {
  /** What the command line asks for instead of the file's. */
  readonly rate?: number
  /** The node that does not become ready. */
  readonly broken?: string
}

/** Changes of a fleet without processes, with the file that they read. */
function makeChanges({ rate, broken }: Options = {}) {
  const text = textOf(topology => topology)
  const atStart = parsed(text)
  const running = rate === undefined ? atStart : { ...atStart, load: { ...atStart.load, rate } }
  const fake = makeFakeFleet(running, broken)
  const file: { content: FileContent } = { content: { ok: true, text, hash: '' } }
  const run = { isOver: false, shown: 0, undone: 0 }
  const changes = new Changes({
    fleet: fake.fleet,
    clear: async () => [],
    typed: 'topology.json',
    version: { text, topology: atStart },
    rate: rate ?? null,
    readFile: () => file.content,
    isOver: () => run.isOver,
    onRejected: () => run.shown++,
    onUndone: () => run.undone++,
  })
  const idle = async () => {
    while (changes.isBusy) await new Promise(setImmediate)
  }
  const save = async (edited: string) => {
    file.content = { ok: true, text: edited, hash: '' }
    changes.onFile(edited)
    await idle()
  }
  const node = (id: string) => fake.fleet.topology.nodes.find(spec => spec.id === id)
  return { ...fake, changes, run, file, save, idle, node }
}

const textOf = (change: (topology: Written) => object) => JSON.stringify(change(structuredClone(BEFORE)))
const rejectionOf = (text: string): Rejection => {
  const result = parse(text)
  return { kind: 'rejected', problems: result.ok ? [] : result.problems, reason: null }
}
/** An operator's edit of one node. */
const withNode = (id: string, fields: object) => (topology: Topology) => ({
  ...topology,
  nodes: topology.nodes.map(spec => (spec.id === id ? { ...spec, ...fields } : spec) as NodeSpec),
})
const withRate = (rate: number) => (topology: Topology) => ({ ...topology, load: { ...topology.load, rate } })
const saved = (id: string, keys: object) =>
  textOf(topology => ({
    ...topology,
    servers: topology.servers.map(server => (server.id === id ? { ...server, ...keys } : server)),
  }))

describe('an edit of the file', () => {
  it('is planned, told, applied and counted', async () => {
    const { changes, events, save, steps } = makeChanges()
    await save(saved('server-1', { weight: 4 }))

    expect(steps).toEqual(['route server-1', 'route proxy-1'])
    expect(events).toEqual([
      'plan ~ server-1 weight 1 -> 4 live',
      expect.stringMatching(/^reload generation 2 in \d+ms$/),
    ])
    expect([changes.generation, changes.banner]).toEqual([2, null])
  })

  it('that changes nothing does nothing and says nothing', async () => {
    const { changes, events, save, steps } = makeChanges()
    await save(textOf(topology => topology))

    expect([steps, events, changes.generation]).toEqual([[], [], 1])
  })

  it.each([
    ['no JSON', '{', /topology\.json:1:\d+/],
    [
      'a wrong topology',
      textOf(topology => ({ ...topology, servers: [{ id: 'x', behind: 'nobody' }] })),
      /topology\.json:1:\d+ .*nobody/,
    ],
    ['a topology without the last server', textOf(topology => ({ ...topology, servers: [] })), /at least 1/],
    [
      'another socket directory',
      textOf(topology => ({ ...topology, socketDir: 'elsewhere' })),
      /socketDir cannot change while running/,
    ],
  ])('that cannot be changes nothing and stands in the banner until a good one: %s', async (_what, text, why) => {
    const { changes, events, fleet, run, save, steps } = makeChanges()
    const before = fleet.topology
    await save(text)

    expect([steps, changes.generation, fleet.topology, run.shown]).toEqual([[], 1, before, 1])
    expect(changes.banner).toMatch(why)
    expect(events).toEqual([expect.stringMatching(/^reload-rejected [\s\S]*\nStill running generation 1\.$/)])

    await changes.change(withRate(7))
    expect(changes.banner).toMatch(why)
    await save(textOf(topology => topology))
    expect(changes.banner).toBeNull()
    expect(events.at(-1)).toBe('reload the file is good again, nothing changes')
  })

  it(`that is bad changes nothing, whatever is wrong with it: ${CORPUS.length} files`, async () => {
    const { changes, events, fleet, save, steps } = makeChanges()
    const before = fleet.topology
    for (const { name, text } of CORPUS) {
      const bad = placesIn(text).text
      await save(bad)

      expect(changes.banner, name).toBe(rejectionBanner('topology.json', rejectionOf(bad)))
    }
    expect([steps, changes.generation, fleet.topology, events.length]).toEqual([[], 1, before, CORPUS.length])
  })

  it('is judged by the file before it, not by a bad one in between', async () => {
    const { events, save } = makeChanges()
    await save(saved('server-1', { weight: -1 }))
    await save(saved('server-1', { weight: 2 }))

    expect(events.filter(event => event.startsWith('plan'))).toEqual(['plan ~ server-1 weight 1 -> 2 live'])
  })

  it('is taken back where a new node does not become ready, with the reason in the banner', async () => {
    const { changes, events, fleet, run, save } = makeChanges({ broken: 'server-4' })
    const before = fleet.topology
    await save('{')
    expect(run.undone).toBe(0)
    events.length = 0
    await save(
      textOf(topology => ({ ...topology, servers: [...topology.servers, { id: 'server-4', behind: 'proxy-1' }] })),
    )

    expect([changes.generation, changes.banner]).toEqual([1, 'server-4 did not become ready: code 1'])
    expect(run.undone, 'the same may be saved again').toBe(1)
    expect(fleet.topology).toBe(before)
    expect(events).toEqual([
      'plan + server-4 behind proxy-1',
      'reload-rejected server-4 did not become ready: code 1\nStill running generation 1.',
    ])
  })

  it('waits for the one before, and of those that wait only the newest counts', async () => {
    const { changes, events, idle } = makeChanges()
    for (const weight of [2, 3, 4, 5]) changes.onFile(saved('server-1', { weight }))
    await idle()

    expect(events.filter(event => event.startsWith('plan'))).toEqual([
      'plan ~ server-1 weight 1 -> 2 live',
      'plan ~ server-1 weight 2 -> 5 live',
    ])
    expect(changes.generation).toBe(3)
  })

  it('that is hardly meant is applied, and warned of at its place, once', async () => {
    const { events, save } = makeChanges()
    const slow = (rate: number) =>
      textOf(topology => ({ ...topology, load: { rate }, defaults: { server: { serviceTime: '1s' } } }))
    await save(slow(193))
    await save(slow(193).replace('"load"', ' "load"'))

    const warnings = events.filter(event => event.startsWith('warning'))
    expect(warnings).toEqual([expect.stringMatching(/^warning topology\.json:1:\d+ /)])
  })

  it('that the end of the run comes in the way of is no bad edit', async () => {
    const { changes, events, run, save } = makeChanges()
    run.isOver = true
    await save('{')

    expect([events, changes.banner]).toEqual([[], null])
    expect(await changes.change(withRate(7))).toMatchObject({ kind: 'rejected', reason: 'everything is being stopped' })
  })
})

describe('a file that cannot be read', () => {
  it('leaves everything as it is, and says so until it is back', async () => {
    const { changes, events, save } = makeChanges()
    changes.onTrouble('cannot read topology.json')
    expect(changes.banner).toBe('cannot read topology.json')
    await save(textOf(topology => topology))

    expect(changes.banner).toBeNull()
    expect(events).toEqual([
      'reload-rejected cannot read topology.json\nStill running generation 1.',
      'reload the file is good again, nothing changes',
    ])
  })
})

describe("an operator's change", () => {
  it('answers when requests take the new ways, with the plan', async () => {
    const { changes, events, steps } = makeChanges()
    const result = await changes.change(withNode('server-1', { weight: 5 }))

    expect(result).toEqual({ kind: 'applied', lines: ['~ server-1 weight 1 -> 5 live'], generation: 2 })
    expect(steps).toEqual(['route server-1', 'route proxy-1'])
    expect(events[0]).toBe('plan ~ server-1 weight 1 -> 5 live')
    expect(await changes.change(withNode('server-1', { weight: 5 }))).toEqual({ kind: 'same' })
  })

  it('is judged as the file is, nodes by their names', async () => {
    const { changes, events, steps } = makeChanges()
    const result = await changes.change(withNode('server-3', { weight: -1 }))

    expect(result).toMatchObject({
      kind: 'rejected',
      problems: [
        { code: 'OUT_OF_RANGE', path: 'server-3.weight', message: expect.stringMatching(/^server-3\.weight must/) },
      ],
    })
    expect([steps, events, changes.banner]).toEqual([[], [], null])
  })

  it('that comes to nothing is told, and leaves the banner to the file', async () => {
    const { changes, events } = makeChanges({ broken: 'server-4' })
    const result = await changes.change(topology => ({
      ...topology,
      nodes: [...topology.nodes, { ...topology.nodes.at(-1)!, id: 'server-4' }],
    }))

    expect(result).toMatchObject({ kind: 'rejected', reason: 'server-4 did not become ready: code 1' })
    expect(changes.banner).toBeNull()
    expect(events.at(-1)).toMatch(/^reload-rejected server-4 did not become ready/)
  })

  it('takes its turn, against what runs then', async () => {
    const { changes, node, idle } = makeChanges()
    const [first, second] = [2, 3].map(weight => changes.change(withNode('server-1', { weight })))
    changes.onFile(saved('server-2', { weight: 7 }))

    expect([await first, await second]).toMatchObject([{ generation: 2 }, { lines: ['~ server-1 weight 2 -> 3 live'] }])
    await idle()
    expect([node('server-1')?.weight, node('server-2')?.weight]).toEqual([3, 7])
  })

  it('holds through edits of the file until the file says something else of that field', async () => {
    const { changes, node, save } = makeChanges()
    await changes.change(withNode('server-1', { weight: 5 }))
    await save(saved('server-1', { concurrency: 8 }))
    expect(node('server-1')).toMatchObject({ weight: 5, concurrency: 8 })
    await save(saved('server-1', { concurrency: 8, weight: 2 }))

    expect(node('server-1')).toMatchObject({ weight: 2, concurrency: 8 })
  })

  it('that an edit of the file does not go with is named in the banner, with the way out', async () => {
    const { changes, fleet, save } = makeChanges()
    await changes.change(topology => ({
      ...topology,
      nodes: [...topology.nodes, { ...topology.nodes.at(-1)!, id: 'server-4' }],
    }))
    const before = fleet.topology
    const without = textOf(topology => ({
      ...topology,
      proxies: [{ id: 'proxy-1' }],
      servers: topology.servers.slice(0, 1),
    }))
    await save(without)

    expect(changes.banner).toMatch(
      /^topology\.json is good, but not with what was changed by ctl: server-4\.behind names "proxy-2".*npm run ctl -- reload$/,
    )
    expect([fleet.topology, changes.generation]).toEqual([before, 2])
    await changes.reload()
    expect(fleet.topology.nodes.map(({ id }) => id)).toEqual(['lb', 'proxy-1', 'server-1'])
    expect(changes.banner).toBeNull()
  })
})

describe('the file taken anew', () => {
  it('forgets what operators changed', async () => {
    const { changes, node } = makeChanges()
    await changes.change(withNode('server-1', { weight: 5 }))

    expect(await changes.reload()).toMatchObject({ kind: 'applied', lines: ['~ server-1 weight 5 -> 1 live'] })
    expect(node('server-1')?.weight).toBe(1)
    expect(await changes.reload()).toEqual({ kind: 'same' })
  })

  it('is refused where it is no good or not there', async () => {
    const { changes, file } = makeChanges()
    file.content = { ok: true, text: '{', hash: '' }
    expect(await changes.reload()).toMatchObject({ kind: 'rejected', problems: [{}] })
    expect(changes.banner).toMatch(/^topology\.json:1:/)
    file.content = { ok: false, problem: systemProblem('FILE_UNREADABLE', 'cannot read it', 'create it') }

    expect(await changes.reload()).toMatchObject({ kind: 'rejected', problems: [{ code: 'FILE_UNREADABLE' }] })
    expect(changes.banner).toBe('cannot read it; create it')
  })
})

describe('the rate', () => {
  const ofFile = (rate: number, keys = {}) => textOf(topology => ({ ...topology, load: { rate, ...keys } }))

  it('of the command line holds against the file, which is told, alone or beside others', async () => {
    const { events, fleet, save } = makeChanges({ rate: 70 })
    await save(ofFile(400))
    expect(events).toEqual(['reload load.rate 400 in the file; --rate 70 holds'])
    await save(ofFile(300, { payloadBytes: 9 }))
    expect(events.slice(1)).toEqual([
      'plan ~ load payloadBytes 64 -> 9 live',
      expect.stringMatching(/^reload generation 2/),
      'reload load.rate 300 in the file; --rate 70 holds',
    ])
    await save(ofFile(300))

    expect(events.length).toBe(6)
    expect(fleet.topology.load.rate).toBe(70)
  })

  it("of an operator replaces the command line's, and the file taken anew brings that back", async () => {
    const { changes, events, fleet, save } = makeChanges({ rate: 70 })
    await changes.change(withRate(90))
    await save(ofFile(400))
    expect(fleet.topology.load.rate).toBe(90)
    expect(events.at(-1)).toBe('reload load.rate 400 in the file; ctl rate 90 holds')
    await changes.reload()

    expect(fleet.topology.load.rate).toBe(70)
  })

  it('of an operator holds, without one of the command line, until the file says another', async () => {
    const { changes, fleet, save } = makeChanges()
    await changes.change(withRate(90))
    await save(ofFile(BEFORE.load.rate, { payloadBytes: 9 }))
    expect(fleet.topology.load.rate).toBe(90)
    await save(ofFile(400, { payloadBytes: 9 }))

    expect(fleet.topology.load.rate).toBe(400)
  })
})

describe('what is no change', () => {
  it('has its turn when none is under way, and lets none begin meanwhile', async () => {
    const { changes, steps, save } = makeChanges()
    const saving = save(saved('server-1', { weight: 4 }))
    const acting = changes.inTurn(async () => {
      steps.push('begin')
      await new Promise(setImmediate)
      steps.push('end')
      return 'done'
    })
    const changing = changes.change(withNode('server-2', { weight: 3 }))
    await Promise.all([saving, changing])

    expect(await acting).toBe('done')
    expect(steps).toEqual(['route server-1', 'route proxy-1', 'begin', 'end', 'route server-2', 'route proxy-2'])
  })
})
