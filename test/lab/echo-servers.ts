/** Who sends back what comes, in this process: at a socket in a folder of its own. */
import net from 'node:net'
import { join } from 'node:path'
import type { Wire, WireListener } from '../../src/lab/wire.ts'
import { until } from '../supervise/socket-fixtures.ts'
import { atFileEnd } from '../support/ends.ts'

const servers: net.Server[] = []
const sockets: net.Socket[] = []
atFileEnd(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) server.close()
})

export interface EchoServer {
  readonly path: string
  readonly port: number
  /** Every connection that was made to it. */
  readonly accepted: net.Socket[]
}

/** At a Unix socket in this folder; without one at a port. In two pieces, so that payloads come cut. */
export async function startEchoServer(dir: string | null): Promise<EchoServer> {
  const accepted: net.Socket[] = []
  const server = net.createServer(socket => {
    accepted.push(socket)
    sockets.push(socket)
    socket.on('error', () => {})
    socket.on('data', chunk => {
      const half = chunk.length >> 1
      socket.write(chunk.subarray(0, half))
      setImmediate(() => socket.write(chunk.subarray(half)))
    })
  })
  servers.push(server)
  const path = dir === null ? '' : join(dir, 'echo.sock')
  await new Promise<void>(resolve => {
    if (dir === null) server.listen(0, '127.0.0.1', resolve)
    else server.listen(path, resolve)
  })
  const port = dir === null ? (server.address() as net.AddressInfo).port : 0
  return { path, port, accepted }
}

export interface Heard extends WireListener {
  answers: number
  readonly lost: string[]
}

export function hear(): Heard {
  const heard: Heard = {
    answers: 0,
    lost: [],
    onAnswers: count => {
      heard.answers += count
    },
    onLost: why => heard.lost.push(why),
  }
  return heard
}

/** Sends so many, and waits until they are back. */
export async function askAll(wire: Wire, heard: Heard, count: number): Promise<void> {
  const before = heard.answers
  wire.send(count)
  await until(() => heard.answers >= before + count, `${count} answers`)
}
