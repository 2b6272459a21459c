/**
 * The child's side of supervision: it becomes what the launcher says, tells what it counts, and ends on the launcher's
 * word, on SIGTERM, or when the launcher is gone. Nothing of a view is imported here: it would cost every child.
 */
import type { Timer } from '../base/clock.ts'
import { makeOpenLoop, type OpenLoop } from '../load/open-loop.ts'
import { Client } from '../roles/client.ts'
import { makeNode, type NodeListener } from '../roles/node.ts'
import type { LogFields, LogSource } from '../stats/log-line.ts'
import { reportOf } from '../stats/request-report.ts'
import { CLIENTS } from '../stats/violation.ts'
import type { ClientWiring, Wiring } from '../topology/types.ts'
import type { World } from '../transport/world.ts'
import { type Log, logLevelOf, type OwnLog, openOwnLog } from './log-own.ts'
import type { Counters, FromChild, Task, ToChild } from './messages.ts'
import { makeProcessFacts } from './process-facts.ts'
import { startReporting } from './reporting.ts'
import { writeLast } from './write-last.ts'

/** After the last word, links that a peer does not close must not keep the process. */
const LINGER_MS = 300

/** What runs in this child, node or clients, by one face. */
interface Inmate {
  apply(task: Task, done: () => void): void
  go(): void
  account(): Counters
  drain(done: () => void): void
  stop(): void
}

type Tell = (message: FromChild, onWritten?: () => void) => void

/**
 * Serves the launcher until the end of the process. `makeWorld` is called once, with the name to seed chance by, and
 * with whom to tell what happened to a socket.
 */
export function runInside(makeWorld: (name: string, say: (text: string) => void) => World): void {
  // Sockets are private from the moment they are bound: 0600, whatever the user's umask.
  process.umask(0o177)
  const readFacts = makeProcessFacts()
  const tell: Tell = (message, onWritten = ignoreLostChannel) => {
    if (process.connected) process.send!(message, onWritten)
  }
  let inmate: Inmate | null = null
  let own: OwnLog | null = null
  const log: Log = (level, msg, fields) => own?.log(level, msg, fields)
  let reporting: Timer | null = null
  let isEnding = false

  const drain = () => {
    if (isEnding) return
    isEnding = true
    if (!inmate) return process.exit(0)
    log('info', 'draining: takes nothing new, and finishes what it has')
    inmate.drain(() => {
      reporting?.cancel()
      const account = inmate!.account()
      log('info', 'drained', countsIn(account))
      leave({ type: 'drained', account, facts: readFacts() })
    })
  }
  const start = (task: Task, reportEveryMs: number) => {
    own = openOwnLog(sourceOf(task), logLevelOf(process.env.UDSIM_LOG_LEVEL))
    log('info', 'started', factsOf(task))
    const world = makeWorld(task.kind === 'node' ? task.wiring.spec.id : 'clients', text => log('warn', text))
    const made = makeInmate(task, world, tell, own)
    inmate = made
    reporting = startReporting({
      clock: world.clock,
      everyMs: reportEveryMs,
      account: () => made.account(),
      send: (account, onWritten) => tell({ type: 'counters', account, facts: readFacts() }, onWritten),
    })
  }

  process.on('SIGINT', () => {}) // Ctrl-C reaches the whole group; the launcher says what to do about it
  process.on('SIGHUP', () => {}) // a closed terminal likewise
  process.on('SIGTERM', () => {
    log('info', 'SIGTERM came')
    drain()
  })
  process.on('exit', code => {
    log('info', `ended with code ${code}`, { code })
    own?.end()
  })
  process.on('disconnect', () => {
    inmate?.stop()
    process.exit()
  })
  process.on('uncaughtException', error => {
    writeLast(`${error.stack ?? error}\n`)
    log('fatal', String(error), {
      event: 'exit',
      err: { type: error.name, message: error.message, stack: error.stack },
    })
    inmate?.stop()
    process.exit(1)
  })
  const apply = (task: Task, version: number) => {
    log('debug', 'new wiring', { version, ...factsOf(task) })
    inmate?.apply(task, () => {
      log('debug', 'new wiring applied', { version })
      tell({ type: 'applied', version })
    })
  }
  process.on('message', (message: ToChild) => {
    log('trace', `the launcher says ${message.type}`)
    if (message.type === 'start') start(message.task, message.reportEveryMs)
    else if (message.type === 'apply') apply(message.task, message.version)
    else if (message.type === 'go') inmate?.go()
    else drain()
  })
}

function sourceOf(task: Task): LogSource {
  const { id: node, role } = task.kind === 'node' ? task.wiring.spec : { id: CLIENTS, role: 'client' }
  return { node, role, pid: process.pid }
}

/** Who it is, and whom it sends to. */
function factsOf({ kind, wiring }: Task): LogFields {
  const upstreams = wiring.upstreams.map(({ id }) => id)
  return kind === 'node' ? { generation: wiring.generation, socket: wiring.socket, upstreams } : { upstreams }
}

function countsIn({ kind, counters }: Counters): LogFields {
  const { answered, failed, retried } = counters
  if (kind === 'clients') return { sent: counters.sent, answered, failed, retried }
  return { received: counters.received, answered, failed, rejected: counters.rejected, retried }
}

/** Sends the last word and lets the process end by itself once everything has left. */
function leave(message: FromChild): void {
  const disconnect = () => {
    process.removeAllListeners('disconnect')
    process.disconnect()
  }
  setTimeout(() => process.exit(0), LINGER_MS).unref()
  if (process.connected) process.send!(message, disconnect)
}

/** The launcher died between two messages: `disconnect` is on its way and ends the process. */
function ignoreLostChannel(): void {}

function makeInmate(task: Task, world: World, tell: Tell, own: OwnLog): Inmate {
  const listener: NodeListener = {
    onReady: problem => {
      if (problem === null) own.log('info', 'ready', factsOf(task))
      else own.log('error', `not ready: ${problem}`)
      tell({ type: 'ready', problem })
    },
    onUpstreamEvent: told => {
      own.onUpstreamEvent(told)
      tell({ type: 'upstream', told })
    },
    onLink: event => own.onLink(event),
  }
  if (task.kind === 'node') return nodeInmate(task.wiring, world, listener)
  return clientInmate(task.wiring, world, listener, task.logsRequests ? own.log : null)
}

function nodeInmate(wiring: Wiring, world: World, listener: NodeListener): Inmate {
  const node = makeNode(wiring, world, listener)
  return {
    apply: (task, done) => {
      if (task.kind === 'node') node.apply(task.wiring, done)
    },
    go: () => {},
    account: () => ({ kind: 'node', counters: node.counters() }),
    drain: done => node.drain(done),
    stop: () => node.stop(),
  }
}

/** `log`: where each request has a line; null: they have none, and are not traced. */
function clientInmate(wiring: ClientWiring, world: World, listener: NodeListener, log: Log | null): Inmate {
  let load: OpenLoop | null = null
  let spec = wiring.load
  const client = new Client(wiring, world, {
    onReady: () => listener.onReady(null),
    onUpstreamEvent: told => listener.onUpstreamEvent(told),
    onLink: event => listener.onLink?.(event),
    ...(log && { onTraced: request => log('info', 'request', { ...reportOf(request) }) }),
  })
  return {
    apply: (task, done) => {
      if (task.kind !== 'clients') return
      spec = task.wiring.load
      client.apply(task.wiring, done)
      load?.apply(spec)
    },
    go: () => {
      load ??= makeOpenLoop(spec, world.clock, world.rng.fork('arrivals'), (plannedMs, nowMs) =>
        client.send(plannedMs, nowMs),
      )
    },
    account: () => ({ kind: 'clients', counters: client.counters() }),
    drain: done => {
      load?.stop()
      client.drain(done)
    },
    stop: () => client.stop(),
  }
}
