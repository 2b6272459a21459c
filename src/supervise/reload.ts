/**
 * From the topology that runs to another one: plan, tell, apply. Whatever goes wrong before routing changes leaves
 * everything as it was; after that nothing can fail, since new nodes are ready and old ones still there.
 */

import { diff } from '../topology/diff.ts'
import { type PlanStep, plan, planLines } from '../topology/plan.ts'
import type { NodeSpec, Problem, Topology, TopologyChange } from '../topology/types.ts'
import type { Fleet } from './fleet.ts'

/** `reason`: what went wrong where the topology itself is good; otherwise `problems` say. */
export interface Rejection {
  readonly kind: 'rejected'
  readonly problems: readonly Problem[]
  readonly reason: string | null
}

export type ReloadResult = Rejection | { readonly kind: 'same' | 'applied' }

export interface ReloadContext {
  readonly fleet: Fleet
  /** Clears the way for new nodes' sockets, or says what stands in it. */
  clear(topology: Topology, ids: readonly string[]): Promise<readonly Problem[]>
  /** What will be done; nothing has been yet. */
  onPlan(lines: readonly string[]): void
  /** Everybody sends by the new topology; what left it still drains. */
  onApplied(lines: readonly string[], tookMs: number): void
}

/** Resolves when `after` runs and the removed nodes are gone. */
export async function reload(after: Topology, context: ReloadContext): Promise<ReloadResult> {
  const { fleet } = context
  const before = fleet.topology
  const changes = diff(before, after)
  const steps = plan(changes, before, after)
  const lines = planLines(steps, before, after)
  if (lines.length === 0) {
    fleet.topology = after // which may list the same nodes in another order
    return { kind: 'same' }
  }
  context.onPlan(lines)
  const startedAtMs = performance.now()
  const rejection = await prepare(steps, after, context)
  if (rejection) return rejection
  await route(steps, changes, fleet)
  context.onApplied(lines, performance.now() - startedAtMs)
  await drainOld(fleet, after, idsOf(steps, 'replace'), idsOf(steps, 'drain'))
  return { kind: 'applied' }
}

function rejected(reason: string): Rejection {
  return { kind: 'rejected', problems: [], reason }
}

function idsOf(steps: readonly PlanStep[], kind: PlanStep['kind']): string[] {
  return steps.flatMap(step => (step.kind === kind && 'id' in step ? [step.id] : []))
}

/** Starts whatever is new beside what runs. Null, or everything is as it was before. */
async function prepare(
  steps: readonly PlanStep[],
  after: Topology,
  { fleet, clear }: ReloadContext,
): Promise<Rejection | null> {
  const started = idsOf(steps, 'start')
  const problems = await clear(after, started)
  if (problems.length > 0) return { kind: 'rejected', problems, reason: null }
  const before = fleet.topology
  const newcomers = started.filter(id => !fleet.nodes.has(id))
  fleet.topology = after
  const failure = (await startNew(fleet, after, started)) ?? (await replaceOld(fleet, before, idsOf(steps, 'replace')))
  if (failure === null) return null
  // Everything is being ended, what was started too: there is nothing to go back to.
  if (fleet.isStopping) return rejected(failure)
  await Promise.all(started.map(id => fleet.nodes.get(id)!.keeper.kill()))
  await clear(after, newcomers) // their sockets: nobody knows of them any more
  for (const id of newcomers) fleet.nodes.delete(id)
  await rollBack(fleet, before, idsOf(steps, 'replace'))
  return rejected(failure)
}

async function startNew(fleet: Fleet, after: Topology, ids: readonly string[]): Promise<string | null> {
  // In the plan's order, which is that of the steps: leaves first.
  const specs = ids.map(id => specIn(after, id))
  const failure = await fleet.startNodes(specs)
  return failure && `${failure.id} did not become ready: ${failure.reason}`
}

/** All or none: where one does not become ready, those that did go back to what they were. */
async function replaceOld(fleet: Fleet, before: Topology, ids: readonly string[]): Promise<string | null> {
  const done: string[] = []
  for (const id of ids) {
    const problem = fleet.isStopping ? 'everything is being stopped' : await replaceBy(fleet, fleet.topology, id)
    if (problem === null) {
      done.push(id)
      continue
    }
    // Also itself: it may have taken the socket's name before it failed, and the old process cannot be reached.
    const lost = fleet.isStopping ? [] : [...done, id]
    for (const other of lost) await replaceBy(fleet, before, other)
    return `${id} did not become ready in its new role: ${problem}`
  }
  return null
}

function replaceBy(fleet: Fleet, topology: Topology, id: string): Promise<string | null> {
  return fleet.tend(specIn(topology, id)).keeper.replace()
}

function specIn(topology: Topology, id: string): NodeSpec {
  return topology.nodes.find(node => node.id === id)!
}

/** From here on requests take the new ways. */
async function route(steps: readonly PlanStep[], changes: readonly TopologyChange[], fleet: Fleet): Promise<void> {
  for (const change of changes) if (change.kind === 'changed') fleet.tend(change.after)
  await Promise.all(idsOf(steps, 'route').map(id => fleet.nodes.get(id)!.keeper.apply()))
  if (steps.some(step => step.kind === 'load')) await fleet.clients.apply()
}

/** Processes that came back in between were told of the new nodes: all are told again what holds. */
async function rollBack(fleet: Fleet, before: Topology, replaced: readonly string[]): Promise<void> {
  fleet.topology = before
  await Promise.all([...fleet.nodes.values()].map(({ keeper }) => keeper.apply()))
  await leaveOld(fleet, before, replaced)
}

/** Side by side; each node for itself waits until those that send to it are told. */
async function drainOld(
  fleet: Fleet,
  after: Topology,
  replaced: readonly string[],
  removed: readonly string[],
): Promise<void> {
  const limitMs = after.shutdown.drainTimeoutMs
  await leaveOld(fleet, after, replaced)
  // Entry first: a removed proxy may still send what it holds to the removed servers behind it.
  const gone = new Map<string, Promise<void>>()
  for (const id of removed) {
    const parents = fleet.nodes.get(id)!.spec.behind.map(parent => gone.get(parent))
    gone.set(
      id,
      Promise.all(parents).then(() => drainAway(fleet, id, limitMs)),
    )
  }
  await Promise.all(gone.values())
}

async function drainAway(fleet: Fleet, id: string, limitMs: number): Promise<void> {
  await fleet.nodes.get(id)!.keeper.stop(limitMs)
  fleet.event('removed', id, 'drained and stopped')
}

async function leaveOld(fleet: Fleet, { shutdown }: Topology, ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map(id => fleet.nodes.get(id)!.keeper.leaveOld(shutdown.drainTimeoutMs)))
}
