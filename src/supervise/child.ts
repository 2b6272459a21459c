/**
 * One operating-system process, from its fork to its end. Whichever way it ends, or fails to begin, is told once.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { codeOf, messageOf } from '../base/errors.ts'
import { type LogLevel, parseLogLine } from '../stats/log-line.ts'
import { collectLines } from './lines.ts'
import type { LogIntake } from './log-intake.ts'
import type { FromChild, ToChild } from './messages.ts'

/** With what it prints, line by line, of either output. */
export interface ChildHandlers extends LogIntake {
  onMessage(message: FromChild): void
  /** Once, on `exit` and not on `close`: a grandchild may hold the pipes open for long after. */
  onExit(ending: ChildEnding): void
}

export interface ChildEnding {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** `code 1`, `signal SIGKILL`, or why it could not be started. */
  readonly text: string
  /** Of what it printed outside of its log. */
  readonly lastLines: readonly string[]
}

export interface Child {
  /** 0 where it could not be started. */
  readonly pid: number
  /** Does nothing once the process is gone. */
  send(message: ToChild): void
  kill(signal: NodeJS.Signals): void
}

export interface ChildPlace {
  readonly entry: string
  /** The topology file's folder: sockets are named relative to it. */
  readonly cwd: string
  readonly node: string
  readonly socket: string
  /** What its log writes at all. */
  readonly logLevel: LogLevel
}

/** What a child may see of the launcher's environment; NODE_OPTIONS and secrets stay outside. */
const ENV_PASSED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'NODE_ENV'] as const

/**
 * None of the launcher's own, such as --inspect. A node's objects die young; left to itself V8 lets the space for them
 * grow to 32 MB over minutes, 13 MB of it in the first five at 1000 requests per second. A pair of 4 MB is enough.
 */
const NODE_OPTIONS = ['--max-semi-space-size=4'] as const

/** Starts the process; it can be sent to at once, since the channel keeps messages until they are read. */
export function startChild(place: ChildPlace, handlers: ChildHandlers): Child {
  try {
    return adopt(forkAt(place), place.node, handlers)
  } catch (error) {
    // Arguments or environment too large, no more processes: thrown at once, told later like every other end.
    setImmediate(() => {
      handlers.onOutputEnd()
      handlers.onExit(failedToStart(error))
    })
    return { pid: 0, send: () => {}, kill: () => {} }
  }
}

function forkAt(place: ChildPlace): ChildProcess {
  const passed = ENV_PASSED.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  return fork(place.entry, [], {
    cwd: place.cwd,
    env: {
      ...Object.fromEntries(passed),
      UDSIM_NODE: place.node,
      UDSIM_SOCKET: place.socket,
      UDSIM_LOG_LEVEL: place.logLevel,
    },
    execArgv: [...NODE_OPTIONS],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
}

function adopt(process_: ChildProcess, node: string, handlers: ChildHandlers): Child {
  let isOver = false
  const outputs = (['stderr', 'stdout'] as const).flatMap(output => {
    const stream = process_[output] // null without files left to open; the error event says so
    const onLine = (line: string) => handlers.onLine(line, output)
    return stream ? collectLines(stream, { onLine, onDropped: count => handlers.onDropped(count) }) : []
  })
  const end = (ending: Omit<ChildEnding, 'lastLines'>) => {
    if (isOver) return
    isOver = true
    // What it wrote last is still in the pipe when the exit is told.
    setImmediate(() => {
      const printed = outputs.flatMap(output => output.lastLines())
      handlers.onExit({ ...ending, lastLines: printed.filter(line => !parseLogLine(line, node)) })
    })
  }
  process_.on('message', message => handlers.onMessage(message as FromChild))
  process_.on('exit', (exitCode, signal) => end({ exitCode, signal, text: textOf(exitCode, signal) }))
  process_.on('close', () => handlers.onOutputEnd())
  process_.on('error', error => {
    // Also emitted when a message cannot be sent: then the exit is on its way.
    if (process_.pid !== undefined) return
    handlers.onOutputEnd()
    end(failedToStart(error))
  })
  return {
    pid: process_.pid ?? 0,
    send: message => {
      if (process_.connected) process_.send(message, () => {})
    },
    kill: signal => {
      // Where files ran out there is no process, and Node.js would kill the pid that happens to lie in memory: a
      // stranger's, or 0, which is our whole group.
      if (process_.pid !== undefined) process_.kill(signal)
    },
  }
}

function textOf(exitCode: number | null, signal: NodeJS.Signals | null): string {
  return signal ? `signal ${signal}` : `code ${exitCode}`
}

const CURE_OF: Record<string, string> = {
  EMFILE: '; allow more open files (ulimit -n)',
  EAGAIN: '; allow more processes (ulimit -u)',
}

function failedToStart(error: unknown): ChildEnding {
  const cure = CURE_OF[codeOf(error)] ?? ''
  return { exitCode: null, signal: null, text: `could not start: ${messageOf(error)}${cure}`, lastLines: [] }
}
