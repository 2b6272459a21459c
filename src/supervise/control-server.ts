/**
 * The control socket of a run: who may enter the socket directory may command it. Whatever comes over it, the worst is
 * a closed connection and a count.
 */
import type { Socket } from 'node:net'
import type { Listener } from '../transport/transport.ts'
import { UdsListener } from '../transport/uds-listener.ts'
import { ControlPeer } from './control-peer.ts'
import type { Obey } from './obey.ts'

const PEERS_MAX = 32
/** With those that are being told why they are turned away; what comes beyond is closed without a word. */
const SOCKETS_MAX = 2 * PEERS_MAX

export interface ControlServerOptions {
  readonly address: string
  readonly obey: Obey
  /** What happened to the socket file. */
  say(text: string): void
}

export class ControlServer {
  /** Connections that were closed for what came over them, for what they did not read, or for being too many. */
  errors = 0
  private readonly options: ControlServerOptions
  private readonly peers = new Set<ControlPeer>()
  private listener: Listener | null = null

  constructor(options: ControlServerOptions) {
    this.options = options
  }

  /** Resolves with null when commands can come, else with why not. */
  open(): Promise<string | null> {
    const { address, say } = this.options
    return new Promise(ready => {
      this.listener = new UdsListener({ address, onSocket: socket => this.accept(socket), ready, say })
    })
  }

  /** What was answered still leaves. Idempotent. */
  close(): void {
    this.listener?.close()
    for (const peer of this.peers) peer.close()
  }

  private accept(socket: Socket): void {
    const peer: ControlPeer = new ControlPeer(socket, {
      obey: this.options.obey,
      onFault: () => {
        this.errors++
      },
      onClose: () => {
        this.peers.delete(peer)
      },
    })
    if (this.peers.size >= PEERS_MAX) peer.turnAway(`${PEERS_MAX} connections are there already; close one of them`)
    if (this.peers.size >= SOCKETS_MAX) socket.destroy()
    else this.peers.add(peer)
  }
}
