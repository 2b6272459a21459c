/** The commands that act on one process. */
import type { Command, Reply } from '../control/command.ts'
import { CLIENTS } from '../stats/violation.ts'
import type { Keeper } from './keeper.ts'
import type { Life } from './life.ts'
import { type ObeyContext, tellCommand } from './obey-context.ts'

/** The end of a killed process is told within milliseconds; so long at most, since a busy machine takes its time. */
const END_LIMIT_MS = 1_000
const LOOK_EVERY_MS = 5

/** To the newest process of the node; what an older one is finishing, it finishes. */
export async function obeySignal(command: Command, id: string, signal: string, context: ObeyContext): Promise<Reply> {
  const keeper = keeperOf(id, context.fleet)
  const { life } = keeper
  if (!life || life.isOver) return failed(`${id} has no process now: it is ${keeper.state}`)
  const { pid } = life.child
  tellCommand(command, id, context)
  life.child.kill(signal as NodeJS.Signals)
  // Whoever waits for `up` next must not be told of the process that is no more.
  if (signal === 'SIGKILL') await untilOver(life)
  return { ok: true, lines: [`${id}: ${signal} sent to pid ${pid}`], data: { node: id, signal, pid } }
}

/** Resolves when the new process serves; the old one still drains. */
export function obeyRestart(command: Command, id: string, context: ObeyContext): Promise<Reply> {
  const { changes, fleet } = context
  tellCommand(command, id, context)
  return changes.inTurn(async () => {
    if (context.phase() !== 'running') return failed('the run is stopping')
    if (id !== CLIENTS && !fleet.topology.nodes.some(node => node.id === id)) return failed(`${id} has been removed`)
    return replaceProcess(id, context)
  })
}

async function replaceProcess(id: string, context: ObeyContext): Promise<Reply> {
  const { fleet } = context
  const keeper = keeperOf(id, fleet)
  const pidBefore = pidOf(keeper)
  const problem = await keeper.replace()
  if (problem !== null) {
    // It may have taken the socket's name before it failed: freed, the old process takes it again by itself.
    if (id !== CLIENTS) await context.clearSocket(id)
    const goesOn = pidOf(keeper) === null ? '' : `; pid ${pidOf(keeper)} goes on`
    return failed(`${id} did not become ready: ${problem}${goesOn}`)
  }
  const pid = pidOf(keeper)
  fleet.event('up', id, pidBefore === null ? `pid ${pid}` : `pid ${pid} for ${pidBefore}`, { pid })
  if (id === CLIENTS) keeper.send({ type: 'go' })
  else await fleet.tellParents(id)
  void keeper.leaveOld(fleet.topology.shutdown.drainTimeoutMs)
  const lines = [pidBefore === null ? `${id}: pid ${pid}` : `${id}: pid ${pid}; ${pidBefore} drains`]
  return { ok: true, lines, data: { node: id, pid, pidBefore } }
}

function untilOver(life: Life): Promise<void> {
  const endMs = performance.now() + END_LIMIT_MS
  return new Promise(resolve => {
    const timer = setInterval(() => {
      if (!life.isOver && performance.now() < endMs) return
      clearInterval(timer)
      resolve()
    }, LOOK_EVERY_MS)
  })
}

function keeperOf(id: string, fleet: ObeyContext['fleet']): Keeper {
  return id === CLIENTS ? fleet.clients : fleet.nodes.get(id)!.keeper
}

function pidOf({ life }: Keeper): number | null {
  return life && !life.isOver ? life.child.pid : null
}

function failed(message: string): Reply {
  return { ok: false, exitCode: 1, message }
}
