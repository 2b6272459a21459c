/**
 * Commands given by keys: on their way, and what became of them. Nobody waits for an answer; a key that is held down
 * has one command under way, of rates the newest follows.
 */
import type { Command, Reply } from '../control/command.ts'
import type { NodeStats } from '../stats/reports.ts'
import type { NodeId } from '../topology/types.ts'
import { wishText } from './key-wish.ts'
import { safe } from './sanitize.ts'
import type { Style } from './styles.ts'

/** A line for the user, shown at once and for a while. */
export interface Notice {
  readonly text: string
  readonly style: Style
}

export interface OrdersOptions {
  /** `done` is called once, at whatever time. */
  act(command: Command, done: (reply: Reply) => void): void
  tell(notice: Notice): void
  /** It could not be done: worth more than a notice. */
  onRefused(command: Command, message: string): void
}

export interface Orders {
  /** `node`: as it is when the key is pressed, for a command that is about one. */
  give(command: Command, node: NodeStats | null): void
  /** The rate that was asked for last, which figures show a little later. */
  rateAfter(targetRate: number): number
  /** Whether this process got SIGSTOP last, by a key. */
  isStopped(node: NodeStats): boolean
  /** There are figures newer than all answers so far. */
  onFigures(): void
}

export function makeOrders({ act, tell, onRefused }: OrdersOptions): Orders {
  const underWay = new Set<string>()
  /** By node, the process that was stopped: its successor runs. */
  const stopped = new Map<NodeId, number | null>()
  let wantedRate: number | null = null

  function give(command: Command, node: NodeStats | null): void {
    if (command.name === 'rate') wantedRate = command.rate
    const key = 'node' in command ? `${command.name} ${command.node}` : command.name
    if (underWay.has(key)) {
      return tell({ text: `${wishText(command)}${command.name === 'rate' ? '' : ': still under way'}`, style: 'busy' })
    }
    underWay.add(key)
    mark(command, node)
    tell({ text: `${wishText(command)} …`, style: 'busy' })
    act(command, reply => {
      underWay.delete(key)
      onReply(command, reply)
    })
  }

  function mark(command: Command, node: NodeStats | null): void {
    if (node && command.name === 'stop') stopped.set(node.id, node.pid)
    if (node && command.name === 'cont') stopped.delete(node.id)
  }

  function onReply(command: Command, reply: Reply): void {
    if (!reply.ok) {
      if (command.name === 'rate') wantedRate = null
      if (command.name === 'stop') stopped.delete(command.node)
      tell({ text: `✖ ${safe(reply.message)}`, style: 'bad' })
      return onRefused(command, reply.message)
    }
    if (command.name === 'rate' && wantedRate !== null && wantedRate !== command.rate) {
      return give({ name: 'rate', rate: wantedRate }, null)
    }
    const [said = `${wishText(command)}: done`] = reply.lines
    tell({ text: safe(said), style: 'good' })
  }

  return {
    give,
    rateAfter: targetRate => wantedRate ?? targetRate,
    isStopped: ({ id, pid }) => stopped.has(id) && stopped.get(id) === pid,
    onFigures: () => {
      if (!underWay.has('rate')) wantedRate = null
    },
  }
}
