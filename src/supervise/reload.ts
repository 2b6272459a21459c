/**
 * From an edited file to the topology that runs: read, check, plan, apply. Whatever is wrong before routing changes
 * leaves everything as it was; after that nothing can fail, since new nodes are ready and old ones still there.
 */

import { describeBlocks } from '../topology/describe.ts'
import { diff } from '../topology/diff.ts'
import { parse } from '../topology/parse.ts'
import { frozenChange, type PlanStep, plan } from '../topology/plan.ts'
import type { Problem, Topology, TopologyChange } from '../topology/types.ts'
import type { Fleet } from './fleet.ts'

export type ReloadResult =
  | { readonly kind: 'same' }
  | { readonly kind: 'rejected'; readonly problems: readonly Problem[]; readonly reason: string | null }
  | { readonly kind: 'applied'; readonly lines: readonly string[]; readonly tookMs: number }

export interface ReloadContext {
  readonly fleet: Fleet
  /** What the command line lays over every version of the file. */
  override(topology: Topology): Topology
  /** Clears the way for new nodes' sockets, or says what stands in it. */
  clear(topology: Topology, ids: readonly string[]): Promise<readonly Problem[]>
}

/** Resolves when the edit is applied as far as routing goes, and the removed nodes are gone. */
export async function reload(text: string, context: ReloadContext): Promise<ReloadResult> {
  const { fleet } = context
  const parsed = parse(text)
  if (!parsed.ok) return { kind: 'rejected', problems: parsed.problems, reason: null }
  const before = fleet.topology
  const after = context.override(parsed.topology)
  const frozen = frozenChange(before, after)
  if (frozen) return rejected(frozen)
  const changes = diff(before, after)
  const steps = plan(changes, before, after)
  const lines = [...steps.flatMap(step => step.line ?? []), ...describeOthers(before, after)]
  if (steps.length === 0 && lines.length === 0) return { kind: 'same' }
  const startedAtMs = performance.now()
  const problem = await apply(steps, changes, after, context)
  return problem ?? { kind: 'applied', lines, tookMs: performance.now() - startedAtMs }
}

function rejected(reason: string): ReloadResult {
  return { kind: 'rejected', problems: [], reason }
}

/** Blocks that the launcher itself keeps have lines and no steps; the load's line comes with its step. */
function describeOthers(before: Topology, after: Topology): string[] {
  return describeBlocks({ ...before, load: after.load }, after)
}

async function apply(
  steps: readonly PlanStep[],
  changes: readonly TopologyChange[],
  after: Topology,
  context: ReloadContext,
): Promise<ReloadResult | null> {
  const { fleet } = context
  const idsOf = (kind: PlanStep['kind']) => steps.flatMap(step => (step.kind === kind && 'id' in step ? [step.id] : []))
  const problems = await context.clear(after, idsOf('start'))
  if (problems.length > 0) return { kind: 'rejected', problems, reason: null }

  const before = fleet.topology
  const newcomers = idsOf('start').filter(id => !fleet.nodes.has(id))
  fleet.topology = after
  const failure = (await startNew(fleet, after, idsOf('start'))) ?? (await replaceOld(fleet, after, idsOf('replace')))
  if (failure !== null) {
    await Promise.all(idsOf('start').map(id => fleet.nodes.get(id)!.keeper.kill()))
    for (const id of newcomers) fleet.nodes.delete(id)
    await rollBack(fleet, before)
    return rejected(failure)
  }
  for (const change of changes) if (change.kind === 'changed') fleet.tend(change.after)
  await Promise.all(idsOf('route').map(id => fleet.nodes.get(id)!.keeper.apply()))
  if (steps.some(step => step.kind === 'load')) await fleet.clients.apply()
  await drainOld(fleet, after, idsOf('replace'), idsOf('drain'))
  return null
}

async function startNew(fleet: Fleet, after: Topology, ids: readonly string[]): Promise<string | null> {
  // In the plan's order, which is that of the steps: leaves first.
  const specs = ids.map(id => after.nodes.find(node => node.id === id)!)
  const failure = await fleet.startNodes(specs)
  return failure && `${failure.id} did not become ready: ${failure.reason}`
}

async function replaceOld(fleet: Fleet, after: Topology, ids: readonly string[]): Promise<string | null> {
  for (const id of ids) {
    const before = fleet.nodes.get(id)!.spec
    const { keeper } = fleet.tend(after.nodes.find(node => node.id === id)!)
    const problem = await keeper.replace()
    if (problem === null) continue
    fleet.tend(before)
    return `${id} did not become ready in its new role: ${problem}`
  }
  return null
}

/** Processes that came back in between were told of the new nodes: all are told again what holds. */
async function rollBack(fleet: Fleet, before: Topology): Promise<void> {
  fleet.topology = before
  await Promise.all([...fleet.nodes.values()].map(({ keeper }) => keeper.apply()))
}

/** Side by side; each node for itself waits until those that send to it are told. */
async function drainOld(
  fleet: Fleet,
  after: Topology,
  replaced: readonly string[],
  removed: readonly string[],
): Promise<void> {
  const limitMs = after.shutdown.drainTimeoutMs
  await Promise.all(replaced.map(id => fleet.nodes.get(id)!.keeper.leaveOld(limitMs)))
  // Entry first: a removed proxy must have finished before its removed servers may go.
  for (const id of removed) {
    await fleet.nodes.get(id)!.keeper.stop(limitMs)
    fleet.event('removed', id, 'drained and stopped')
  }
}
