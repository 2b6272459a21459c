/** The entry of the raw echo's process: what comes goes back, until the launcher says otherwise or is gone. */
import net from 'node:net'

/** To the launcher, once: it listens (null), or why it cannot. */
export interface RawEchoMessage {
  readonly type: 'ready'
  readonly problem: string | null
}

process.umask(0o177)
process.on('SIGINT', () => {}) // Ctrl-C reaches the whole group; the launcher says what to do about it
process.on('SIGHUP', () => {}) // a closed terminal likewise
process.on('disconnect', () => process.exit())
process.on('message', () => {}) // without a listener the channel would not keep the process, nor tell its loss

const server = net.createServer(socket => {
  socket.on('error', () => {}) // the bench closed its end, or is gone
  socket.on('data', chunk => {
    socket.write(chunk)
  })
})
const ready: RawEchoMessage = { type: 'ready', problem: null }
server.on('error', error => process.send?.({ ...ready, problem: error.message }))
server.listen(process.env.UDSIM_SOCKET, () => process.send?.(ready))
