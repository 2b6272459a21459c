/** A fleet without processes that writes down what it is asked to do, one step a turn. */
import type { Fleet } from '../../src/supervise/fleet.ts'
import type { NodeSpec, Topology } from '../../src/topology/types.ts'
import { parsed } from './topology.ts'

/** What it runs, as a file says it. */
export const BEFORE = {
  loadBalancers: [{ id: 'lb' }],
  proxies: [{ id: 'proxy-1' }, { id: 'proxy-2' }],
  servers: [
    { id: 'server-1', behind: 'proxy-1' },
    { id: 'server-2', behind: 'proxy-2' },
    { id: 'server-3', behind: 'proxy-2' },
  ],
  load: { rate: 100 },
}

export interface FakeFleet {
  /** For whoever takes a real one. */
  readonly fleet: Fleet
  /** Of what it is asked: `start server-4`, `route lb`, `stop server-2 within 5000`. */
  readonly steps: string[]
  /** As `event node detail`. */
  readonly events: string[]
}

/** `brokenId`: the node that does not become ready. */
export function makeFakeFleet(topology: Topology = parsed(JSON.stringify(BEFORE)), brokenId?: string): FakeFleet {
  const steps: string[] = []
  const events: string[] = []
  const step = async (text: string) => {
    steps.push(text)
    await new Promise(setImmediate)
  }
  const answer = (id: string) => (id === brokenId ? 'code 1' : null)
  const keeperOf = (id: string) => ({
    apply: () => step(`route ${id}`),
    replace: () => step(`replace ${id}`).then(() => answer(id)),
    leaveOld: (limitMs: number) => step(`leave old ${id} within ${limitMs}`),
    stop: (limitMs: number) => step(`stop ${id} within ${limitMs}`),
    kill: () => step(`kill ${id}`),
  })
  const fleet = {
    topology,
    isStopping: false,
    nodes: new Map<string, { spec: NodeSpec; keeper: ReturnType<typeof keeperOf> }>(),
    clients: { apply: () => step('route clients') },
    event(event: string, node: string | null, detail: string) {
      if (event === 'removed') steps.push(`${event} ${node}`)
      else events.push([event, node, detail].filter(part => part !== null).join(' '))
    },
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
  for (const spec of topology.nodes) fleet.tend(spec)
  return { fleet: fleet as unknown as Fleet, steps, events }
}
