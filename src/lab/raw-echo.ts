/**
 * The floor that hops are measured from: a bare `node:net` echo in a process of its own, and a bare client. No frames,
 * no ids, no deadlines: what a Unix socket and Node.js cost alone.
 */
import net from 'node:net'
import { messageOf } from '../base/errors.ts'
import { Histogram } from '../stats/histogram.ts'
import { type Child, type ChildEnding, startChild } from '../supervise/child.ts'
import type { MeasuredPath } from './measured-path.ts'
import type { RawEchoMessage } from './raw-echo-child.ts'

/** In messages to people; no node can have a name with a space. */
export const RAW_ECHO = 'raw echo'

export interface RawEchoPlace {
  /** The compiled `raw-echo-child`. */
  readonly entry: string
  readonly cwd: string
  /** Relative to `cwd`. */
  readonly socket: string
}

export interface RawEchoProcess {
  /** Resolves when it listens; rejects when it cannot. */
  readonly ready: Promise<void>
  /** Resolves when the process is gone. */
  kill(): Promise<void>
}

/** `onLost`: it ended without being asked to, and after it was ready. */
export function startRawEcho({ entry, cwd, socket }: RawEchoPlace, onLost: (why: string) => void): RawEchoProcess {
  let isWanted = true
  let child: Child | null = null
  let tellOver: () => void = () => {}
  const over = new Promise<void>(resolve => {
    tellOver = resolve
  })
  const ready = new Promise<void>((resolve, reject) => {
    child = startChild(
      { entry, cwd, node: RAW_ECHO, socket, logLevel: 'info' },
      {
        onMessage: message => {
          const { problem } = message as RawEchoMessage
          if (problem === null) resolve()
          else reject(new Error(`${RAW_ECHO} cannot listen: ${problem}`))
        },
        onLine: () => {},
        onDropped: () => {},
        onOutputEnd: () => {},
        onExit: ending => {
          tellOver()
          reject(new Error(describeEnd(ending)))
          if (isWanted) onLost(describeEnd(ending))
        },
      },
    )
  })
  ready.catch(() => {}) // whoever waits for it hears of it; a bench that failed elsewhere does not wait
  return {
    ready,
    kill: () => {
      isWanted = false
      child?.kill('SIGKILL')
      return over
    },
  }
}

function describeEnd({ text, lastLines }: ChildEnding): string {
  const said = lastLines.length > 0 ? `; it said: ${lastLines.join(' | ')}` : ''
  return `${RAW_ECHO} ended: ${text}${said}`
}

/** The bare client: so many payloads outstanding on one connection, written as they come back. */
export class RawEchoPath implements MeasuredPath {
  readonly path = 'raw echo'
  readonly hops = 0
  histogram = new Histogram()
  answered = 0
  private readonly payloadBytes: number
  private readonly socket: net.Socket
  private burst: Buffer = Buffer.alloc(0)
  private outstanding = 0
  private inFlight = 0
  private partBytes = 0
  private sentMs = 0
  private isFinishing = false
  private problem: string | null = null
  private tellIdle: () => void = () => {}

  /** `onReady`: the connection stands, or could not be made; then `finish` says why. */
  constructor(socketPath: string, payloadBytes: number, onReady: () => void) {
    this.payloadBytes = payloadBytes
    this.socket = net.connect({ path: socketPath }, onReady)
    this.socket.on('data', chunk => this.onBytes((chunk as Buffer).length))
    this.socket.on('error', error => this.fail(messageOf(error)))
    this.socket.on('close', () => {
      this.fail('the connection closed')
      onReady()
    })
  }

  begin(outstanding: number): void {
    this.isFinishing = false
    this.outstanding = outstanding
    this.burst = Buffer.alloc(outstanding * this.payloadBytes, 'a')
    this.send(outstanding)
  }

  async finish(): Promise<void> {
    this.isFinishing = true
    if (this.inFlight > 0 && this.problem === null) {
      await new Promise<void>(resolve => {
        this.tellIdle = resolve
      })
    }
    if (this.problem !== null) throw new Error(`${RAW_ECHO}: ${this.problem}`)
  }

  close(): void {
    this.isFinishing = true
    this.socket.destroy()
  }

  private send(count: number): void {
    this.inFlight += count
    this.sentMs = performance.now()
    const isWhole = count === this.outstanding
    this.socket.write(isWhole ? this.burst : this.burst.subarray(0, count * this.payloadBytes))
  }

  private onBytes(size: number): void {
    this.partBytes += size
    const count = Math.floor(this.partBytes / this.payloadBytes)
    if (count === 0) return
    this.partBytes -= count * this.payloadBytes
    this.inFlight -= count
    this.answered += count
    // With several outstanding the bytes do not say which was sent when: then only the rate is true.
    if (this.outstanding === 1) this.histogram.record(performance.now() - this.sentMs)
    if (!this.isFinishing) this.send(count)
    else if (this.inFlight === 0) this.tellIdle()
  }

  private fail(problem: string): void {
    this.problem ??= problem
    this.tellIdle()
  }
}
