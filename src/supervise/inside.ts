/**
 * The child's side of supervision: it becomes what the launcher says, tells what it counts, and ends on the launcher's
 * word, on SIGTERM, or when the launcher is gone. Nothing of a view is imported here: it would cost every child.
 */
import type { Timer } from '../base/clock.ts'
import { makeOpenLoop, type OpenLoop } from '../load/open-loop.ts'
import { Client } from '../roles/client.ts'
import { makeNode, type NodeListener } from '../roles/node.ts'
import type { ClientWiring, Wiring } from '../topology/types.ts'
import type { World } from '../transport/world.ts'
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

/** Serves the launcher until the end of the process. `makeWorld` is called once, with the name to seed chance by. */
export function runInside(makeWorld: (name: string) => World): void {
  // Sockets are private from the moment they are bound: 0600, whatever the user's umask.
  process.umask(0o177)
  const readFacts = makeProcessFacts()
  const tell: Tell = (message, onWritten = ignoreLostChannel) => {
    if (process.connected) process.send!(message, onWritten)
  }
  let inmate: Inmate | null = null
  let reporting: Timer | null = null
  let isEnding = false

  const drain = () => {
    if (isEnding) return
    isEnding = true
    if (!inmate) return process.exit(0)
    inmate.drain(() => {
      reporting?.cancel()
      leave({ type: 'drained', account: inmate!.account(), facts: readFacts() })
    })
  }
  const start = (task: Task, reportEveryMs: number) => {
    const world = makeWorld(task.kind === 'node' ? task.wiring.spec.id : 'clients')
    const made = makeInmate(task, world, tell)
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
  process.on('SIGTERM', drain)
  process.on('disconnect', () => {
    inmate?.stop()
    process.exit()
  })
  process.on('uncaughtException', error => {
    writeLast(`${error.stack ?? error}\n`)
    inmate?.stop()
    process.exit(1)
  })
  process.on('message', (message: ToChild) => {
    if (message.type === 'start') start(message.task, message.reportEveryMs)
    else if (message.type === 'apply')
      inmate?.apply(message.task, () => tell({ type: 'applied', version: message.version }))
    else if (message.type === 'go') inmate?.go()
    else drain()
  })
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

function makeInmate(task: Task, world: World, tell: Tell): Inmate {
  const listener: NodeListener = {
    onReady: problem => tell({ type: 'ready', problem }),
    onUpstreamEvent: told => tell({ type: 'upstream', told }),
  }
  return task.kind === 'node' ? nodeInmate(task.wiring, world, listener) : clientInmate(task.wiring, world, listener)
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

function clientInmate(wiring: ClientWiring, world: World, listener: NodeListener): Inmate {
  let load: OpenLoop | null = null
  let spec = wiring.load
  const client = new Client(wiring, world, {
    onReady: () => listener.onReady(null),
    onUpstreamEvent: told => listener.onUpstreamEvent(told),
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
