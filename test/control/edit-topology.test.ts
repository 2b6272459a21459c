import { describe, expect, it } from 'vitest'
import { type EditCommand, editProblem, editTopology } from '../../src/control/edit-topology.ts'
import { parse } from '../../src/topology/parse.ts'
import type { NodeSpec } from '../../src/topology/types.ts'
import { write } from '../../src/topology/write.ts'
import { nineNodes, topologyOf } from '../support/topology.ts'

const FILE = JSON.stringify({ defaults: { server: { serviceTime: '2ms', weight: 3 } } })
const NINE = nineNodes()

const edited = (command: EditCommand, running = NINE) => editTopology(command, running, FILE)
const nodeIn = (command: EditCommand, id: string) => edited(command).nodes.find(node => node.id === id)
/** What the parser says of the result, as of a file. */
function problemsOf(command: EditCommand, running = NINE): string[] {
  const parsed = parse(write(edited(command, running)))
  return parsed.ok ? [] : parsed.problems.map(({ code }) => code)
}

describe('an edit by command', () => {
  it.each<[EditCommand, string, Partial<NodeSpec> | object]>([
    [{ name: 'drain', node: 'server-1' }, 'server-1', { admin: 'drain' }],
    [{ name: 'maintenance', node: 'proxy-1' }, 'proxy-1', { admin: 'maintenance' }],
    [{ name: 'ready', node: 'server-1' }, 'server-1', { admin: 'ready' }],
    [{ name: 'weight', node: 'server-1', weight: 0 }, 'server-1', { weight: 0 }],
    [{ name: 'policy', node: 'lb', policy: 'random' }, 'lb', { policy: { name: 'random' } }],
    [{ name: 'policy', node: 'lb', policy: 'peak-ewma' }, 'lb', { policy: { name: 'peak-ewma', decayMs: 1_000 } }],
  ])('changes one thing of one node: %j', (command, id, fields) => {
    const before = NINE.nodes.find(node => node.id === id)

    expect(nodeIn(command, id)).toEqual({ ...before, ...fields })
    expect(edited(command).nodes.filter(node => node.id !== id)).toEqual(NINE.nodes.filter(node => node.id !== id))
    expect(problemsOf(command)).toEqual([])
  })

  it('changes the rate and nothing else', () => {
    expect(edited({ name: 'rate', rate: 7 })).toEqual({ ...NINE, load: { ...NINE.load, rate: 7 } })
  })

  it('adds a server as the file would, with its defaults', () => {
    const command: EditCommand = { name: 'add', node: 'a', behind: ['proxy-1', 'proxy-2'] }

    expect(nodeIn(command, 'a')).toMatchObject({
      behind: ['proxy-1', 'proxy-2'],
      serviceTime: { valueMs: 2 },
      weight: 3,
    })
    expect(problemsOf(command)).toEqual([])
  })

  it('adds a server though the defaults of the file would not do for all there is', () => {
    const of = (defaults: object) => {
      const command: EditCommand = { name: 'add', node: 's', behind: ['proxy-1'] }
      return editTopology(command, NINE, JSON.stringify({ defaults })).nodes.at(-1)
    }

    expect(of({ server: { weight: 0 } })).toMatchObject({ id: 's', role: 'server', weight: 0 })
    // Every load balancer of the file has a longer one of its own.
    expect(of({ loadBalancer: { timeout: '1ms', attemptTimeout: '1s' } })).toMatchObject({ id: 's', role: 'server' })
  })

  it('removes a node from all it stands in', () => {
    const running = topologyOf({
      proxies: [{ id: 'p' }, { id: 'q' }],
      servers: [{ id: 's', behind: ['p', 'q'] }],
    })

    expect(edited({ name: 'remove', node: 'p' }, running).nodes.at(-1)).toMatchObject({ id: 's', behind: ['q'] })
    expect(problemsOf({ name: 'remove', node: 'p' }, running)).toEqual([])
  })

  it.each<[EditCommand, string]>([
    [{ name: 'remove', node: 'proxy-1' }, 'UNKNOWN_NODE'],
    [{ name: 'add', node: 's', behind: ['proxy-3'] }, 'UNKNOWN_NODE'],
    [{ name: 'add', node: 'control', behind: ['proxy-1'] }, 'RESERVED_ID'],
    [{ name: 'add', node: 's', behind: ['server-1'] }, 'BEHIND_SERVER'],
  ])('leaves it to the parser what cannot be: %j', (command, code) => {
    expect(problemsOf(command)).toContain(code)
  })

  it('leaves it to the parser that somebody must be there, and take something', () => {
    const running = topologyOf({ servers: [{ id: 's' }] })

    expect(problemsOf({ name: 'remove', node: 's' }, running).length).toBeGreaterThan(0)
    expect(problemsOf({ name: 'weight', node: 's', weight: 0 }, running).length).toBeGreaterThan(0)
  })

  it.each<[EditCommand, RegExp | null]>([
    [{ name: 'add', node: 'lb', behind: ['proxy-1'] }, /^there is a load balancer lb already$/],
    [{ name: 'policy', node: 'server-1', policy: 'first' }, /^server-1 is a server, .* of lb, proxy-1, proxy-2$/],
    [{ name: 'weight', node: 'lb', weight: 2 }, /^lb is a load balancer: /],
    [{ name: 'drain', node: 'lb' }, /^lb is a load balancer, which is always ready; /],
    [{ name: 'weight', node: 'server-9', weight: 2 }, /^server-9 has been removed$/],
    [{ name: 'remove', node: 'lb' }, null],
    [{ name: 'policy', node: 'lb', policy: 'first' }, null],
    [{ name: 'drain', node: 'server-1' }, null],
    [{ name: 'rate', rate: 1 }, null],
  ])('says what no topology could hold: %j', (command, message) => {
    const told = editProblem(command, NINE, FILE)

    if (message === null) expect(told).toBe(null)
    else expect(told).toMatch(message)
  })
  it('says that the defaults of the file, which no server of it has, are good for no new one', () => {
    const file = JSON.stringify({ defaults: { server: { queueTarget: '2s', queueInterval: '1s' } } })

    expect(editProblem({ name: 'add', node: 's', behind: ['proxy-1'] }, NINE, file)).toBe(
      'defaults.server.queueTarget, 2s, is longer than defaults.server.queueInterval, 1s: a new server has the defaults of the file',
    )
  })
})
