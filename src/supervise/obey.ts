/**
 * One function for whatever an operator asks of a run, over the control socket or by a key: a command in, a reply out.
 * What is wrong with a command is said before anything is done.
 */
import { suggest } from '../base/suggest.ts'
import { ASKS_ONLY, type Asker, type Command, type Reply } from '../control/command.ts'
import type { EditCommand } from '../control/edit-topology.ts'
import { CLIENTS } from '../stats/violation.ts'
import type { NodeId } from '../topology/types.ts'
import { obeyEdit, obeyReload } from './change-commands.ts'
import type { ObeyContext } from './obey-context.ts'
import { obeyRestart, obeySignal } from './process-commands.ts'
import { tellEvents, tellLogs, tellNodes, tellStatus, tellTopology } from './tell-commands.ts'
import { obeyWait } from './wait-command.ts'

export type Obey = (command: Command, asker?: Asker) => Promise<Reply>

/** Who presses a key looks at the table, and stays. */
const AT_THE_KEYS: Asker = { tell: () => {}, isBehind: () => false, onGone: () => () => {} }
/** How the built-in clients are called where nodes are. */
const CLIENTS_WORD = 'clients'
const NODES_NAMED_MAX = 12

export function makeObey(context: ObeyContext): Obey {
  return async (command, asker = AT_THE_KEYS) =>
    nodeProblem(command, context) ?? phaseProblem(command, context) ?? obey(command, context, asker)
}

function obey(command: Command, context: ObeyContext, asker: Asker): Reply | Promise<Reply> {
  switch (command.name) {
    case 'status':
      return tellStatus(context)
    case 'nodes':
      return tellNodes(context)
    case 'topology':
      return tellTopology(context)
    case 'events':
      return tellEvents(command, context, asker)
    case 'logs':
      return tellLogs({ ...command, node: idOf(command.node, context) }, context, asker)
    case 'wait':
      return obeyWait(command, context, asker)
    case 'reload':
      return obeyReload(context)
    case 'restart':
      return obeyRestart(command, idOf(command.node, context), context)
    case 'kill':
      return obeySignal(command, idOf(command.node, context), command.signal, context)
    case 'stop':
      return obeySignal(command, idOf(command.node, context), 'SIGSTOP', context)
    case 'cont':
      return obeySignal(command, idOf(command.node, context), 'SIGCONT', context)
    case 'drain':
    case 'ready':
    case 'maintenance':
    case 'weight':
    case 'policy':
    case 'rate':
    case 'add':
    case 'remove':
      return obeyEdit(command as EditCommand, context)
  }
}

/** A node of that name goes before the clients. */
function idOf(name: string, { fleet }: ObeyContext): string {
  return name === CLIENTS_WORD && !fleet.nodes.has(name) ? CLIENTS : name
}

const OF_A_PROCESS: ReadonlySet<string> = new Set(['kill', 'stop', 'cont', 'restart', 'logs'])
/** Of a node that was removed something can still be known. */
const OF_THE_PAST: ReadonlySet<string> = new Set(['logs', 'wait'])

function nodeProblem(command: Command, { fleet }: ObeyContext): Reply | null {
  if (!('node' in command) || command.name === 'add') return null
  const { node, name } = command
  const present = fleet.topology.nodes.map(({ id }) => id)
  const known = OF_A_PROCESS.has(name) ? [...present, CLIENTS_WORD] : present
  if (known.includes(node)) return null
  if (fleet.nodes.has(node)) return OF_THE_PAST.has(name) ? null : wrong(`${node} has been removed`)
  if (node === CLIENTS_WORD) return wrong(`${name} is not for the clients; nodes: ${listed(present)}`)
  const near = suggest(node, known)
  return wrong(`there is no node ${node}${near ? `, did you mean ${near}?` : `; nodes: ${listed(present)}`}`)
}

function listed(ids: readonly NodeId[]): string {
  const shown = ids.slice(0, NODES_NAMED_MAX).join(', ')
  return ids.length > NODES_NAMED_MAX ? `${shown} and ${ids.length - NODES_NAMED_MAX} more` : shown
}

function phaseProblem(command: Command, context: ObeyContext): Reply | null {
  if (ASKS_ONLY.has(command.name) || context.phase() === 'running') return null
  const isStarting = context.phase() === 'starting'
  const message = isStarting ? 'the run is still starting; try again when every node is up' : 'the run is stopping'
  return { ok: false, exitCode: 1, message }
}

function wrong(message: string): Reply {
  return { ok: false, exitCode: 2, message }
}
