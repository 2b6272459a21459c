/** Edits that cannot be carried out, since one process does not come up: everything goes on as before. */
import { rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { kill, socketsIn } from '../support/commands.ts'
import { IS_FULL } from '../support/full-size.ts'
import { planted } from '../support/planted.ts'
import { NOTHING_LEFT, type Run, startRun, toText, type Written } from '../support/processes.ts'

const TOPOLOGY = {
  loadBalancers: [{ id: 'lb' }],
  proxies: [{ id: 'proxy-1' }, { id: 'proxy-2' }],
  servers: [1, 2, 3, 4].map(n => ({ id: `server-${n}`, behind: n <= 2 ? 'proxy-1' : 'proxy-2' })),
  load: { rate: 200 },
  restart: { delayMin: '10s', delayMax: '20s' },
}

let run: Run
beforeAll(async () => {
  run = startRun({ topology: TOPOLOGY, ...planted('.*', 'unwilling-child.mjs', '') })
  await run.ready()
  await run.statsWhen(({ nodes }) => nodes.every(({ received }) => received > 5), 'every node has worked')
})
afterEach(() => {
  expect(run.stats().at(-1)!.client.failedBy, 'no edit costs a request').toEqual({})
})

/** With a node that does not come up, the edit is taken back whole. */
async function expectTakenBack(how: 'dies' | 'hangs', id: string, change: (topology: Written) => void) {
  const mark = join(run.dir, `${id}.${how}`)
  writeFileSync(mark, '')
  const before = { pids: run.pids(), sockets: socketsIn(run.dir), generation: run.stats().at(-1)!.generation }
  const children = run.children().sort()
  const edited = structuredClone<Written>(TOPOLOGY)
  change(edited)
  const rejected = await run.nextEvent('reload-rejected', () => run.edit(toText(edited)))
  rmSync(mark)
  const { nodes, generation, banner } = await run.freshStats()

  expect({ pids: run.pids(), sockets: socketsIn(run.dir), generation }).toEqual(before)
  expect(run.children().sort()).toEqual(children)
  expect(nodes.map(({ state }) => state)).toEqual(nodes.map(() => 'up'))
  const received = new Map(nodes.map(node => [node.id, node.received]))
  await run.statsWhen(now => now.nodes.every(node => node.received > received.get(node.id)!), 'all work on')
  return { detail: rejected.detail, banner }
}

describe('an edit with a node that does not come up', () => {
  const hows = IS_FULL ? (['dies', 'hangs'] as const) : (['dies'] as const)
  const reasons = { dies: 'code 1; it said: server-5 finds no license', hangs: 'not ready within 5 s' }

  it.each(hows)('is taken back whole, whatever else it says: it %s', async how => {
    const { detail, banner } = await expectTakenBack(how, 'server-5', topology => {
      topology.loadBalancers[0].policy = 'random'
      topology.proxies.push({ id: 'proxy-3' })
      topology.servers = topology.servers.filter(({ id }: Written) => id !== 'server-1')
      topology.servers[0].weight = how.length // another content: what was told once is not told again
      topology.servers[1].behind = 'proxy-1'
      topology.servers.push({ id: 'server-5', behind: 'proxy-3' }, { id: 'server-6', behind: 'proxy-3' })
    })

    expect(detail).toBe(`server-5 did not become ready: ${reasons[how]}\nStill running generation 1.`)
    expect(banner).toBe(`server-5 did not become ready: ${reasons[how]}`)
  })

  it('is taken back with all that wait for their turn to start', async () => {
    const { detail } = await expectTakenBack('dies', 'server-5', topology => {
      const many = Array.from({ length: 4 * availableParallelism() }, (_, i) => `server-${5 + i}`)
      topology.servers.push(...many.map(id => ({ id, behind: 'proxy-1' })))
    })

    expect(detail).toMatch(/^server-5 did not become ready: /)
  })

  it('is taken back where the new process of another role does not come up', async () => {
    const { detail } = await expectTakenBack('dies', 'server-4', topology => {
      topology.servers.pop()
      topology.proxies.push({ id: 'server-4', behind: 'proxy-2' })
      topology.servers.push({ id: 'server-5', behind: 'server-4' })
    })

    expect(detail).toMatch(
      /^server-4 did not become ready in its new role: code 1; it said: server-4 finds no license\n/,
    )
  })

  it('is applied when the node comes up at the next save', async () => {
    const edited = { ...TOPOLOGY, servers: [...TOPOLOGY.servers, { id: 'server-5', behind: 'proxy-1' }] }
    await run.nextEvent('reload', () => run.edit(toText(edited)))
    const { generation, banner } = await run.freshStats()

    expect([generation, banner, run.events('exit')]).toEqual([2, null, []])
  })
})

describe('an edit of the restart rule', () => {
  it('holds for the next process that ends', async () => {
    const edited = { delayMin: '50ms', delayMax: '100ms' }
    await run.nextEvent('reload', () => run.edit(topology => Object.assign(topology, { restart: edited })))
    expect(run.events('plan').at(-1)!.detail).toBe('~ restart delayMin 10s -> 50ms, delayMax 20s -> 100ms live')
    for (let ends = 1; ends <= 2; ends++) {
      kill(run.pidOf('server-5'), 'SIGKILL')
      await run.waitFor(() => run.events('up', 'server-5')[ends - 1], `server-5 is back after end ${ends}`, 6_000)
      await run.freshStats()
    }
  })

  it('leaves nothing behind at the end', async () => {
    const children = run.children()
    const { code, summary } = await run.end()

    expect([code, summary.laws]).toEqual([0, 'ok'])
    expect(run.leftovers(children)).toEqual(NOTHING_LEFT)
  })
})
