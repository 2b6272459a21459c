/** Asks a run over its control socket. Whatever stands there, or does not, the answer is a reply. */
import { resolve as absolute } from 'node:path'
import { ASKS_ONLY, type Command, type Reply } from '../control/command.ts'
import { LineReader } from '../control/line-reader.ts'
import { questionLine, readAnswer } from '../control/protocol.ts'
import { byteLength, SOCKET_PATH_BYTES_MAX } from '../topology/socket-path.ts'
import type { CloseReason, Connection } from '../transport/transport.ts'
import { makeUdsTransport } from '../transport/uds.ts'

const QUESTION_ID = 1
const PROBE_ID = 2
/** Silent for so long, the run is asked a second thing; as long again, and it hangs. */
const SILENCE_MS = 2_500
/** More than any run has to say. */
const ANSWER_BYTES_MAX = 67_108_864

export interface Follower {
  /** The reply came; lines follow. */
  onReply(reply: Reply): void
  onLine(line: string, data: unknown): void
}

export interface AskOptions {
  /** Given, `ask` resolves when the run ends, or with why there is nothing to follow. */
  readonly follower?: Follower
  readonly silenceMs?: number
}

/** One command and its reply. */
export function ask(socketPath: string, command: Command, options: AskOptions = {}): Promise<Reply> {
  if (byteLength(socketPath) > SOCKET_PATH_BYTES_MAX) {
    const message = `${socketPath} is longer than ${SOCKET_PATH_BYTES_MAX} bytes, so no run listens there`
    return Promise.resolve({ ok: false, exitCode: 1, message })
  }
  return new Promise(resolve => {
    new Question(socketPath, command, options, resolve).put()
  })
}

class Question {
  private readonly path: string
  private readonly command: Command
  private readonly follower: Follower | undefined
  private readonly silenceMs: number
  private readonly resolve: (reply: Reply) => void
  private readonly reader = new LineReader(ANSWER_BYTES_MAX)
  private connection: Connection | null = null
  private answered: Reply | null = null
  private silence: NodeJS.Timeout | null = null
  private isProbed = false

  constructor(path: string, command: Command, options: AskOptions, resolve: (reply: Reply) => void) {
    this.path = path
    this.command = command
    this.follower = options.follower
    this.silenceMs = options.silenceMs ?? SILENCE_MS
    this.resolve = resolve
  }

  put(): void {
    this.connection = makeUdsTransport().dial(this.path, {
      onOpen: () => this.send(questionLine(QUESTION_ID, this.command)),
      onBytes: bytes => this.hear(bytes),
      onWritable: () => {},
      onEnd: () => {},
      onClose: reason => this.finish(this.answered ?? failure(closedText(absolute(this.path), reason))),
    })
    this.awaitAnswer()
  }

  private send(line: string): void {
    this.connection!.send(Buffer.from(line))
  }

  /** A command may take its time, as long as the run answers others. */
  private awaitAnswer(): void {
    if (this.silence) clearTimeout(this.silence)
    this.silence = setTimeout(() => {
      if (this.isProbed) return this.finish(failure(silentText(absolute(this.path), this.command)))
      this.isProbed = true
      this.send(questionLine(PROBE_ID, { name: 'status' }))
      this.awaitAnswer()
    }, this.silenceMs)
  }

  private hear(bytes: Uint8Array): void {
    const isFit = this.reader.push(bytes, line => this.take(line))
    if (!isFit) this.finish(failure(strangerText(absolute(this.path))))
  }

  private take(line: Uint8Array): void {
    const answer = readAnswer(line)
    if (answer === null) return this.finish(failure(strangerText(absolute(this.path))))
    if (answer.kind === 'line') return this.follower?.onLine(answer.line, answer.data)
    if (answer.id === PROBE_ID) {
      this.isProbed = false
      if (!this.answered) this.awaitAnswer()
      return
    }
    this.answered = answer.reply
    if (this.silence) clearTimeout(this.silence)
    if (!this.follower || !answer.reply.ok) return this.finish(answer.reply)
    this.follower.onReply(answer.reply)
  }

  private finish(reply: Reply): void {
    if (this.silence) clearTimeout(this.silence)
    this.connection?.destroy()
    this.resolve(reply)
  }
}

function failure(message: string): Reply {
  return { ok: false, exitCode: 1, message }
}

/** What was sent cannot be taken back: a run that is stopped reads it as soon as it goes on. */
function silentText(path: string, { name }: Command): string {
  const rest = ASKS_ONLY.has(name) ? '' : ', and may still obey when it goes on'
  return `the run at ${path} does not answer: it is stopped, or hangs${rest}`
}

function strangerText(path: string): string {
  return `${path} is not the control socket of a run`
}

function closedText(path: string, { cause, detail }: CloseReason): string {
  if (cause === 'busy') return `the run at ${path} takes no more connections now; try again`
  if (cause !== 'refused') return 'the run ended before it answered'
  const isAbsent = detail === 'ENOENT' || detail === 'ECONNREFUSED' || detail === 'ENOTDIR'
  return isAbsent ? `nothing runs at ${path}: start it with npm start` : `cannot reach ${path}: ${detail}`
}
