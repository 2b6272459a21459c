/** Sockets in every state that a launcher may find at start. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { renameSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { rowOf } from '../support/process-table.ts'

/** A live listener in this process. */
export async function listenAt(path: string, umask = 0o022): Promise<Server> {
  const server = createServer(socket => socket.on('error', () => {}))
  const before = process.umask(umask)
  server.listen({ path }) // binds in this turn
  process.umask(before)
  await once(server, 'listening')
  return server
}

/** The socket file of somebody who is gone; a node's has the umask 0177. */
export async function leaveStaleSocket(path: string, umask = 0o022): Promise<void> {
  const owner = await listenAt(`${path}~`, umask)
  renameSync(`${path}~`, path) // so that its owner, at the end, does not find it
  owner.close()
  await once(owner, 'close')
}

/** A listener in another process; the caller ends it. An `@` in front means Linux's abstract namespace. */
export async function spawnListener(path: string, backlog = 511) {
  const script = `const [name, backlog] = process.argv.slice(1)
    const path = name.replace(/^@/, '\\0') // NUL cannot stand in an argument
    require('node:net').createServer().listen({ path, backlog: Number(backlog) }, () => console.log('up'))`
  const child = spawn(process.execPath, ['-e', script, path, String(backlog)], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return { child, pid: child.pid! }
}

export function makeFifo(path: string): void {
  const { status } = spawnSync('mkfifo', [path])
  if (status !== 0) throw new Error(`mkfifo ${path} failed`)
}

/** Waits until the claim holds; fails with the words after `limitMs`. */
export async function until(claim: () => boolean, words: string, limitMs = 5_000): Promise<void> {
  const endMs = performance.now() + limitMs
  while (!claim()) {
    if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms in vain until ${words}`)
    await new Promise(settle => setTimeout(settle, 5))
  }
}

/** Stops a process that the test started, and waits until it is: a signal takes effect in its own time. */
export async function stopProcess(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  await until(() => rowOf(pid)?.state === 'T', `process ${pid} is stopped`)
}
