/** One connection to the control socket: its lines, what it is owed, and when it has gone too far. */
import type { Socket } from 'node:net'
import type { Asker, Reply } from '../control/command.ts'
import { LineReader } from '../control/line-reader.ts'
import { type Fault, faulty, followedLine, judgeLine, LINE_BYTES_MAX, replyLine } from '../control/protocol.ts'
import type { Obey } from './obey.ts'

/** For the rest of a line that has begun: whoever writes by hand sends whole lines, too. */
const LINE_LIMIT_MS = 1_000
/** Not read by the peer: then it is closed. One answer may go beyond. */
const OWED_BYTES_MAX = 1_048_576
/** From here on lines that are followed are left out, which a later one says. */
const BEHIND_BYTES = 262_144
/** Commands of one connection that are not answered yet; also those that it goes on to be told of. */
const UNDER_WAY_MAX = 32
/** For the peer to read why it is closed. */
const FAREWELL_MS = 1_000

export interface PeerHandlers {
  readonly obey: Obey
  /** The peer is closed for what it did, or for being one too many. */
  onFault(): void
  onClose(): void
}

export class ControlPeer {
  private readonly socket: Socket
  private readonly handlers: PeerHandlers
  private readonly reader = new LineReader(LINE_BYTES_MAX)
  /** Of whom it follows, and what it waits for. */
  private readonly goneActs = new Set<() => void>()
  private lineTimer: NodeJS.Timeout | null = null
  private underWay = 0
  private isGone = false
  /** Nothing that comes is read any more. */
  private isDismissed = false

  constructor(socket: Socket, handlers: PeerHandlers) {
    this.socket = socket
    this.handlers = handlers
    // `echo … | nc -U` ends its side at once and waits for the answer on the other.
    socket.allowHalfOpen = true
    socket.on('error', () => {}) // `close` follows
    socket.on('data', chunk => this.hear(chunk as Buffer))
    socket.on('end', () => this.onEnd())
    socket.on('close', () => {
      this.leave()
      handlers.onClose()
    })
  }

  /** What was written still leaves. */
  close(): void {
    this.leave()
    this.isDismissed = true
    this.socket.destroySoon()
  }

  /** Nothing is wrong with it, but there is no room. */
  turnAway(message: string): void {
    this.dismiss({ ok: false, exitCode: 1, message })
  }

  private hear(chunk: Uint8Array): void {
    if (this.isDismissed) return
    let hasEnded = false
    const isFit = this.reader.push(chunk, line => {
      hasEnded = true
      if (!this.isDismissed) this.judge(line)
    })
    if (this.isDismissed) return
    if (!isFit) return this.fail('TOO_LONG')
    if (hasEnded || !this.reader.isWithin) this.stopTimer()
    if (this.reader.isWithin) this.lineTimer ??= setTimeout(() => this.fail('TOO_SLOW'), LINE_LIMIT_MS)
  }

  private judge(line: Uint8Array): void {
    const judged = judgeLine(line)
    if (judged.kind === 'fault') return this.fail(judged.fault)
    if (judged.kind === 'wrong') return this.reply(judged.id, { ok: false, exitCode: 2, message: judged.message })
    if (this.underWay >= UNDER_WAY_MAX || this.goneActs.size >= UNDER_WAY_MAX) {
      const what = this.underWay >= UNDER_WAY_MAX ? 'are not answered yet' : 'go on'
      const message = `${UNDER_WAY_MAX} commands of this connection ${what}; wait for them, or open another`
      return this.reply(judged.id, { ok: false, exitCode: 1, message })
    }
    this.underWay++
    void this.handlers.obey(judged.command, this.askerOf(judged.id)).then(reply => {
      this.underWay--
      this.reply(judged.id, reply)
      if (this.socket.readableEnded && this.underWay === 0) this.close()
    })
  }

  private askerOf(id: number): Asker {
    return {
      tell: (line, data) => this.write(followedLine(id, line, data)),
      isBehind: () => this.socket.writableLength > BEHIND_BYTES,
      onGone: act => {
        if (this.isGone) act()
        else this.goneActs.add(act)
        return () => this.goneActs.delete(act)
      },
    }
  }

  private reply(id: number, reply: Reply): void {
    this.write(replyLine(id, reply))
  }

  private write(line: string): void {
    if (this.isDismissed || !this.socket.writable) return
    if (this.socket.writableLength <= OWED_BYTES_MAX) return void this.socket.write(line)
    this.handlers.onFault()
    this.leave()
    this.isDismissed = true
    this.socket.destroy()
  }

  private fail(fault: Fault): void {
    this.dismiss({ ok: false, exitCode: 2, message: faulty(fault).message })
  }

  /** It says why, and gives the peer a moment to read it; whatever comes meanwhile is thrown away. */
  private dismiss(why: Reply): void {
    this.handlers.onFault()
    this.leave()
    this.isDismissed = true
    this.socket.end(replyLine(null, why))
    setTimeout(() => this.socket.destroy(), FAREWELL_MS).unref()
  }

  /** Who sends no more gets the answers that are due, and nothing further of what it follows or waits for. */
  private onEnd(): void {
    if (this.isDismissed) return
    // The last line may do without its end.
    if (this.reader.isWithin) this.hear(Buffer.from('\n'))
    this.leave()
    if (this.underWay === 0) this.close()
  }

  private leave(): void {
    this.stopTimer()
    this.isGone = true
    for (const act of this.goneActs) act()
    this.goneActs.clear()
  }

  private stopTimer(): void {
    if (this.lineTimer) clearTimeout(this.lineTimer)
    this.lineTimer = null
  }
}
