/** What an operator may ask of a run, and what he is answered, as data: the socket, `ctl` and the table's keys share it. */
import type { NodeId } from '../topology/types.ts'

export type Command =
  /** `topology`: the file's text in force and what runs, as the text of a file. */
  | { readonly name: 'status' | 'nodes' | 'reload' | 'topology' }
  | { readonly name: 'kill'; readonly node: NodeId; readonly signal: string }
  | {
      readonly name: 'stop' | 'cont' | 'restart' | 'drain' | 'ready' | 'maintenance' | 'remove'
      readonly node: NodeId
    }
  | { readonly name: 'weight'; readonly node: NodeId; readonly weight: number }
  | { readonly name: 'policy'; readonly node: NodeId; readonly policy: string }
  | { readonly name: 'rate'; readonly rate: number }
  /** A server. */
  | { readonly name: 'add'; readonly node: NodeId; readonly behind: readonly NodeId[] }
  /** `lines`: the last so many come first; with `follow` those that come go on. */
  | { readonly name: 'logs'; readonly node: NodeId; readonly follow: boolean; readonly lines: number }
  | { readonly name: 'events'; readonly follow: boolean; readonly lines: number }
  /** `state`: of the process or its health; answered as soon as it is so. */
  | { readonly name: 'wait'; readonly node: NodeId; readonly state: string; readonly timeoutMs: number }

export type CommandName = Command['name']

/** They change nothing. */
export const ASKS_ONLY: ReadonlySet<CommandName> = new Set(['status', 'nodes', 'topology', 'events', 'logs', 'wait'])

export type Reply =
  /** `lines` are for people, `data` is the same for machines. */
  | { readonly ok: true; readonly lines: readonly string[]; readonly data: unknown }
  /** One line. 1: it could not be done; 2: a wrong command, nothing was done; 3: `wait` ran out of time. */
  | { readonly ok: false; readonly exitCode: 1 | 2 | 3; readonly message: string }

/** Whoever asked, for as long as he listens. */
export interface Asker {
  /** A line of what he follows, and the same for machines. */
  tell(line: string, data: unknown): void
  /** He would lose what he is told now: he does not read. */
  isBehind(): boolean
  /** When he stops to listen, before or after he was answered, unless the function that it returns is called before. */
  onGone(act: () => void): () => void
}
