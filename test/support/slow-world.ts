/**
 * Surroundings in which what takes no time in virtual time takes some: a node's turn, and the way over a connection.
 */
import type { Clock } from '../../src/base/clock.ts'
import type { Connection, ConnectionHandler, Transport } from '../../src/transport/transport.ts'
import type { World } from '../../src/transport/world.ts'

/** In milliseconds. */
export interface Slowness {
  /** What passes from the reading of anything until the turn that read it writes. */
  readonly turn?: number
  /** To the node that it dials, and back from it. */
  readonly there?: number
  readonly back?: number
}

export function makeSlowWorld(world: World, { turn = 0, there = 0, back = 0 }: Slowness): World {
  const { clock, rng, transport } = world
  return { clock: slowTurns(clock, turn), rng, transport: slowWays(transport, clock, there, back) }
}

function slowTurns(clock: Clock, turnMs: number): Clock {
  if (turnMs === 0) return clock
  return {
    tickMs: clock.tickMs,
    nowMs: () => clock.nowMs(),
    after: (delayMs, fire) => clock.after(delayMs, fire),
    afterTurn: fire => {
      clock.after(turnMs, fire)
    },
  }
}

/** A slow way takes whatever is sent: back-pressure is for those that are not. */
function slowWays(transport: Transport, clock: Clock, thereMs: number, backMs: number): Transport {
  if (thereMs === 0 && backMs === 0) return transport
  const later = (delayMs: number, act: () => void): void => {
    if (delayMs === 0) act()
    else clock.after(delayMs, act)
  }
  const slowHandler = (handler: ConnectionHandler): ConnectionHandler => ({
    onOpen: () => handler.onOpen?.(),
    onBytes: bytes => later(backMs, () => handler.onBytes(bytes)),
    onWritable: () => handler.onWritable(),
    onEnd: () => later(backMs, () => handler.onEnd()),
    onClose: reason => later(backMs, () => handler.onClose(reason)),
  })
  const slowConnection = (connection: Connection): Connection => ({
    send: bytes => {
      const copy = new Uint8Array(bytes)
      later(thereMs, () => connection.send(copy))
      return true
    },
    sendAll: parts => {
      const copies = parts.map(bytes => new Uint8Array(bytes))
      later(thereMs, () => connection.sendAll(copies))
      return true
    },
    end: () => later(thereMs, () => connection.end()),
    destroy: () => connection.destroy(),
    owedBytes: () => connection.owedBytes(),
    takenBytes: () => connection.takenBytes(),
    pauseReading: () => connection.pauseReading(),
    resumeReading: () => connection.resumeReading(),
  })
  return {
    listen: (address, accept, ready) => transport.listen(address, accept, ready),
    dial: (address, handler) => slowConnection(transport.dial(address, slowHandler(handler))),
  }
}
