/**
 * Node.js lets writes to a terminal block. One that is not read (a stalled ssh, a stopped terminal window) would hold
 * the launcher, which is the watchdog: no restart, no signal, nothing, for as long as it lasts. libuv has a descriptor of
 * its own for the terminal, so other processes on the same one do not notice the change.
 */

/** Of a stream's inside, what is asked for here. Not documented, so nothing relies on it being there. */
interface Handle {
  readonly fd?: number
  setBlocking?(isBlocking: boolean): unknown
}

/**
 * Lets the stream queue what the terminal does not take. The descriptor to write to past the queue, without waiting;
 * null where Node.js has changed inside, and all is as it was.
 */
export function unblock(stdout: object): number | null {
  const { _handle: handle } = stdout as { readonly _handle?: Handle | null }
  if (handle?.setBlocking === undefined || handle.fd === undefined || handle.fd < 0) return null
  handle.setBlocking(false)
  return handle.fd
}
