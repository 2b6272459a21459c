/**
 * The entry of the processes that hops are measured from: what comes goes back, or on, until the launcher is gone. No
 * frames, no ids, no deadlines: what a socket and Node.js cost alone.
 */
import net from 'node:net'
import { messageOf } from '../base/errors.ts'
import { type FifoPair, openFifos } from './fifos.ts'

/** What the process is to be. A text instead is a payload of the channel's own echo, and goes back as it is. */
export type EchoTask =
  /** Everything that comes goes back: by a Unix socket, by loopback TCP, by a pair of FIFOs (null: none can be had). */
  | { readonly kind: 'echo'; readonly socket: string; readonly fifos: FifoPair | null }
  /** `pipe()` both ways: to the next, or back where there is none. */
  | { readonly kind: 'relay'; readonly socket: string; readonly next: string | null }

/** To the launcher, once: it listens; else why it cannot. */
export interface EchoReady {
  readonly type: 'ready'
  /** Without it there is nothing to measure from. */
  readonly problem: string | null
  /** Of loopback TCP; null where that cannot be had, and why. */
  readonly tcpPort: number | null
  readonly tcpProblem: string
  readonly pipeProblem: string | null
}

process.umask(0o177)
process.on('SIGINT', () => {}) // Ctrl-C reaches the whole group; the launcher says what to do about it
process.on('SIGHUP', () => {}) // a closed terminal likewise
process.on('disconnect', () => process.exit())
process.on('message', (message: EchoTask | string) => {
  if (typeof message === 'string') process.send!(message)
  else if (message.kind === 'relay') void relay(message.socket, message.next)
  else void echo(message.socket, message.fifos)
})

async function relay(socket: string, next: string | null): Promise<void> {
  const problem = await listen(
    net.createServer(near => passOn(near, next)),
    socket,
  )
  tell({ type: 'ready', problem, tcpPort: null, tcpProblem: '', pipeProblem: null })
}

function passOn(near: net.Socket, next: string | null): void {
  const far = next === null ? near : net.connect({ path: next })
  for (const socket of [near, far]) socket.on('error', () => {}) // either end closed, or is gone
  near.pipe(far)
  if (far !== near) far.pipe(near)
}

async function echo(socket: string, fifos: FifoPair | null): Promise<void> {
  const problem = await listen(net.createServer(sendBack), socket)
  const tcp = net.createServer({ noDelay: true }, sendBack)
  const tcpProblem = await listen(tcp, { host: '127.0.0.1', port: 0 })
  const tcpPort = tcpProblem === null ? (tcp.address() as net.AddressInfo).port : null
  tell({ type: 'ready', problem, tcpPort, tcpProblem: tcpProblem ?? '', pipeProblem: fifos && sendBackByPipes(fifos) })
}

function sendBack(socket: net.Socket): void {
  socket.on('error', () => {}) // the bench closed its end, or is gone
  socket.on('data', chunk => {
    socket.write(chunk)
  })
}

function sendBackByPipes({ there, back }: FifoPair): string | null {
  try {
    const { reader, writer } = openFifos(there, back)
    reader.on('data', chunk => {
      writer.write(chunk)
    })
    return null
  } catch (error) {
    return messageOf(error)
  }
}

function listen(server: net.Server, where: string | net.ListenOptions): Promise<string | null> {
  return new Promise(resolve => {
    server.on('error', error => resolve(error.message))
    server.listen(where, () => resolve(null))
  })
}

function tell(ready: EchoReady): void {
  process.send!(ready)
}
