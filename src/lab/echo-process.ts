/** The processes that floors are measured from: started with the nodes, ended with them. */
import { type Child, type ChildEnding, startChild } from '../supervise/child.ts'
import type { FromChild, ToChild } from '../supervise/messages.ts'
import type { Channel } from './channel-wire.ts'
import type { EchoReady, EchoTask } from './echo-child.ts'

export interface EchoPlace {
  /** In messages to people; no node can have a name with a space. */
  readonly name: string
  /** The compiled `echo-child`. */
  readonly entry: string
  readonly cwd: string
}

export interface EchoProcess {
  /** Resolves when it listens; rejects when it cannot. */
  readonly ready: Promise<EchoReady>
  readonly channel: Channel
  /** Resolves when the process is gone. */
  kill(): Promise<void>
}

/** `onLost`: it ended without being asked to. */
export function startEcho(place: EchoPlace, task: EchoTask, onLost: (why: string) => void): EchoProcess {
  const { name, entry, cwd } = place
  let isWanted = true
  let child: Child | null = null
  const channel: Channel = { send: text => tell(text), onText: null }
  // The same door as a node's, by which other words go here.
  const tell = (message: EchoTask | string) => child?.send(message as unknown as ToChild)
  let tellOver: () => void = () => {}
  const over = new Promise<void>(resolve => {
    tellOver = resolve
  })
  const ready = new Promise<EchoReady>((resolve, reject) => {
    const onMessage = (message: EchoReady | string) => {
      if (typeof message === 'string') channel.onText?.()
      else if (message.problem === null) resolve(message)
      else reject(new Error(`${name} cannot listen: ${message.problem}`))
    }
    child = startChild(
      { entry, cwd, node: name, socket: task.socket, logLevel: 'info' },
      {
        onMessage: (message: FromChild) => onMessage(message as unknown as EchoReady | string),
        onLine: () => {},
        onDropped: () => {},
        onOutputEnd: () => {},
        onExit: ending => {
          tellOver()
          reject(new Error(describeEnd(name, ending)))
          if (isWanted) onLost(describeEnd(name, ending))
        },
      },
    )
  })
  ready.catch(() => {}) // whoever waits for it hears of it; a bench that failed elsewhere does not wait
  tell(task)
  return {
    ready,
    channel,
    kill: () => {
      isWanted = false
      child?.kill('SIGKILL')
      return over
    },
  }
}

function describeEnd(name: string, { text, lastLines }: ChildEnding): string {
  const said = lastLines.length > 0 ? `; it said: ${lastLines.join(' | ')}` : ''
  return `${name} ended: ${text}${said}`
}
