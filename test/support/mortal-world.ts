/**
 * The surroundings of one process in virtual time, which can be taken away or stand still between two instructions: a
 * killed node does not run another one, as a killed process would not.
 */
import type { Connection, ConnectionHandler, Listener, Transport } from '../../src/transport/transport.ts'
import type { World } from '../../src/transport/world.ts'

export interface MortalWorld extends World {
  kill(): void
  /** From now on nothing happens in it: what falls due or comes waits for `thaw`. */
  freeze(): void
  thaw(): void
}

export function makeMortalWorld(world: World): MortalWorld {
  let isAlive = true
  /** What a frozen world has missed; null while it runs. */
  let missed: (() => void)[] | null = null
  const ifAlive = (act: () => void) => () => {
    if (!isAlive) return
    if (missed) missed.push(act)
    else act()
  }
  const connections = new Set<Connection>()
  const listeners: Listener[] = []
  const guarded = (handler: ConnectionHandler, connectionOf: () => Connection): ConnectionHandler => ({
    onOpen: ifAlive(() => handler.onOpen?.()),
    onBytes: bytes => ifAlive(() => handler.onBytes(bytes))(),
    onWritable: ifAlive(() => handler.onWritable()),
    onEnd: ifAlive(() => handler.onEnd()),
    onClose: reason => {
      connections.delete(connectionOf())
      ifAlive(() => handler.onClose(reason))()
    },
  })
  const transport: Transport = {
    listen: (address, accept, ready) => {
      const listener = world.transport.listen(
        address,
        connection => {
          connections.add(connection)
          return guarded(accept(connection), () => connection)
        },
        problem => isAlive && ready(problem),
      )
      listeners.push(listener)
      return listener
    },
    dial: (address, handler) => {
      const connection: Connection = world.transport.dial(
        address,
        guarded(handler, () => connection),
      )
      connections.add(connection)
      return connection
    },
  }
  return {
    clock: {
      ...world.clock,
      nowMs: () => world.clock.nowMs(),
      after: (delayMs, fire) => world.clock.after(delayMs, ifAlive(fire)),
      afterTurn: fire => world.clock.afterTurn(ifAlive(fire)),
    },
    rng: world.rng,
    transport,
    freeze: () => {
      missed ??= []
    },
    thaw: () => {
      const acts = missed ?? []
      missed = null
      for (const act of acts) ifAlive(act)()
    },
    kill: () => {
      isAlive = false
      for (const listener of listeners) listener.close()
      for (const connection of connections) connection.destroy()
    },
  }
}
