/** What a key asks of the run: a command as `ctl` would send it, or why there is none. Pure. */
import type { Command } from '../control/command.ts'
import { DEFAULTS, RANGES } from '../topology/defaults.ts'
import type { Admin, NodeId } from '../topology/types.ts'
import type { Key } from './keys.ts'

/** The selected node, as far as keys depend on it. */
export interface Selected {
  readonly id: NodeId
  readonly admin: Admin
  /** SIGSTOP was what it got last, or it gives no sign of life. */
  readonly isStopped: boolean
}

export interface WishContext {
  /** Null where none is, or the filter hides it: what is not seen is not killed. */
  readonly selected: Selected | null
  /** That was asked for last. */
  readonly rate: number
}

export type Wish = { readonly command: Command } | { readonly notice: string }

const ON_SELECTED: Readonly<Record<Key, (selected: Selected) => Command>> = {
  r: ({ id }) => ({ name: 'restart', node: id }),
  x: ({ id }) => ({ name: 'kill', node: id, signal: 'SIGKILL' }),
  z: ({ id, isStopped }) => ({ name: isStopped ? 'cont' : 'stop', node: id }),
  d: ({ id, admin }) => ({ name: admin === 'ready' ? 'drain' : 'ready', node: id }),
}

const SELECT_FIRST = 'select a node first, with ↑ ↓'

/** Null for a key that asks nothing of the run. */
export function wishOf(key: Key, { selected, rate }: WishContext): Wish | null {
  const onSelected = Object.hasOwn(ON_SELECTED, key) ? ON_SELECTED[key]! : null
  if (onSelected || key === 'l') {
    if (!selected) return { notice: SELECT_FIRST }
    return onSelected && { command: onSelected(selected) }
  }
  if (key === 'R') return { command: { name: 'reload' } }
  // `=` is the key of `+` without Shift on most keyboards.
  if (key === '+' || key === '=') return rateWish(rate, rateAbove(rate))
  return key === '-' ? rateWish(rate, rateBelow(rate)) : null
}

/** What a command does, in the words of the keys. */
export function wishText(command: Command): string {
  switch (command.name) {
    case 'kill':
      return `kill ${command.signal.replace('SIGKILL', '-9')} ${command.node}`
    case 'cont':
      return `continue ${command.node}`
    case 'rate':
      return command.rate === 0 ? 'load off' : `${command.rate} req/s`
    case 'reload':
      return 'reload the file'
    default:
      return 'node' in command ? `${command.name} ${command.node}` : command.name
  }
}

function rateAbove(rate: number): number {
  return rate === 0 ? DEFAULTS.load.rate : Math.min(rate * 2, RANGES.rate[1])
}

/** Less than one in a second is off. */
function rateBelow(rate: number): number {
  return rate < 2 ? 0 : rate / 2
}

function rateWish(rate: number, wished: number): Wish {
  if (wished !== rate) return { command: { name: 'rate', rate: wished } }
  return { notice: rate === 0 ? 'the load is off already' : `${rate} req/s is the most` }
}
