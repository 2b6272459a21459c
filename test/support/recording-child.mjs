/**
 * The real child, run by its own entry. Every REQUEST that its process reads is noted in a file before the node sees
 * it, and every ERROR by which the node says "not executed" takes that back. So whatever ends this process, the file
 * holds at least what was executed. Written from PROTOCOL.md alone.
 */
import { openSync, writeSync } from 'node:fs'
import net from 'node:net'
import { pathToFileURL } from 'node:url'

const [entry, folder] = process.argv.slice(2)
const HEADER_BYTES = 12
const PAYLOAD_AT = 24
const REQUEST = 3
const RESPONSE = 4
const ERROR = 5
const NOT_EXECUTED = 1

const file = openSync(`${folder}/${process.env.UDSIM_NODE}-${process.pid}`, 'a')
const note = line => writeSync(file, `${line}\n`)

/** Calls `see` for each whole frame, however the bytes are cut. */
function cutter(see) {
  let bytes = Buffer.alloc(0)
  return chunk => {
    bytes = bytes.length === 0 ? Buffer.from(chunk) : Buffer.concat([bytes, chunk])
    while (bytes.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + bytes.readUInt32BE(8)
      if (bytes.length < end) return
      see(bytes.subarray(0, end))
      bytes = bytes.subarray(end)
    }
  }
}

function listenIn(socket) {
  /** What each live stream carries, up to the first space of its payload. */
  const names = new Map()
  const onRead = cutter(frame => {
    if (frame[1] !== REQUEST) return
    const name = frame.toString('latin1', PAYLOAD_AT).split(' ', 1)[0]
    names.set(frame.readUInt32BE(4), name)
    note(`+${name}`)
  })
  const onWrite = cutter(frame => {
    const stream = frame.readUInt32BE(4)
    if ((frame[1] !== RESPONSE && frame[1] !== ERROR) || !names.has(stream)) return
    if (frame[1] === ERROR && frame.readUInt16BE(2) & NOT_EXECUTED) note(`-${names.get(stream)}`)
    names.delete(stream)
  })
  const write = socket.write
  socket.write = (bytes, ...rest) => {
    onWrite(bytes)
    return write.call(socket, bytes, ...rest)
  }
  // A node reads past the stream where the handle lets it (transport/reading.ts). This one does not.
  socket._handle.useUserBuffer = undefined
  // Before the node's own listener, which is added next.
  socket.on('data', onRead)
}

const emit = net.Server.prototype.emit
net.Server.prototype.emit = function (name, ...values) {
  if (name === 'connection') listenIn(values[0])
  return emit.call(this, name, ...values)
}

await import(pathToFileURL(entry))
