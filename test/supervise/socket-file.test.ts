import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identifySocket, inspectSocketPath, removeSocket } from '../../src/supervise/socket-file.ts'
import { leaveStaleSocket, listenAt, makeFifo, spawnListener, stopProcess } from './socket-fixtures.ts'

let home = ''
let path = ''
const cleanups: (() => void)[] = []
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'uds-'))
  path = join(home, 'server-3.sock')
})
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean()
  rmSync(home, { recursive: true, force: true })
})

const verdict = async () => {
  const found = await inspectSocketPath(path, 'server-3')
  return found.kind === 'problem' ? found.problem.code : found.kind
}

describe('inspectSocketPath', { timeout: 20_000 }, () => {
  it.each<[string, string, () => unknown]>([
    ['nothing', 'free', () => {}],
    ['a stale socket', 'stale', () => leaveStaleSocket(path)],
    ['a file', 'NOT_A_SOCKET', () => writeFileSync(path, 'mine')],
    ['a directory', 'NOT_A_SOCKET', () => mkdirSync(path)],
    ['a FIFO', 'NOT_A_SOCKET', () => makeFifo(path)],
    ['a dangling symlink', 'NOT_A_SOCKET', () => symlinkSync(join(home, 'nowhere'), path)],
    [
      'a symlink to a stale socket',
      'NOT_A_SOCKET',
      async () => {
        await leaveStaleSocket(join(home, 'stale'))
        symlinkSync(join(home, 'stale'), path)
      },
    ],
  ])('finds %s: %s, and leaves it as it is', async (_what, expected, make) => {
    await make()
    const before = lstatSync(path, { throwIfNoEntry: false })

    expect(await verdict()).toBe(expected)
    expect(lstatSync(path, { throwIfNoEntry: false })?.ino).toBe(before?.ino)
  })

  it('names node, path and cure of a live socket', async () => {
    const server = await listenAt(path)
    cleanups.push(() => server.close())

    expect(await inspectSocketPath(path, 'server-3')).toMatchObject({
      problem: {
        code: 'SOCKET_IN_USE',
        message: `server-3: ${path} is in use by another process`,
        hint: 'stop it, or choose another "socketDir"',
      },
    })
  })

  it('takes a stopped owner for alive', async () => {
    const { child, pid } = await spawnListener(path)
    cleanups.push(() => child.kill('SIGKILL'))
    await stopProcess(pid)

    expect(await verdict()).toBe('SOCKET_IN_USE')
  })

  it.runIf(process.platform === 'linux')('takes an owner with a full backlog for alive', async () => {
    const { child, pid } = await spawnListener(path, 1)
    cleanups.push(() => child.kill('SIGKILL'))
    await stopProcess(pid)
    expect(await fillBacklog()).toBe('EAGAIN')

    expect(await verdict()).toBe('SOCKET_IN_USE')
  })

  it.runIf(process.getuid!() === 0)('refuses the socket of another user', async () => {
    await leaveStaleSocket(path)
    chownSync(path, 65_534, 65_534)

    expect(await verdict()).toBe('SOCKET_NOT_OURS')
    expect(identifySocket(path)).toBe(null)
  })
})

/** Connects until the kernel refuses; answers the errno. */
async function fillBacklog(): Promise<string> {
  for (let i = 0; i < 600; i++) {
    const code = await new Promise<string | null>(settle => {
      const socket: Socket = connect({ path })
      cleanups.push(() => socket.destroy())
      socket.once('connect', () => settle(null))
      socket.on('error', error => settle((error as NodeJS.ErrnoException).code ?? error.message))
    })
    if (code !== null) return code
  }
  return 'never full'
}

describe('removeSocket', () => {
  it('removes the stale socket that was inspected, once', async () => {
    await leaveStaleSocket(path)
    const found = await inspectSocketPath(path, 'server-3')
    const identity = found.kind === 'stale' ? found.identity : ''

    expect([removeSocket(path, identity), removeSocket(path, identity)]).toEqual([true, false])
    expect(existsSync(path)).toBe(false)
  })

  it('leaves a newer socket under the same name, even with the same inode', async () => {
    await leaveStaleSocket(path)
    const identity = identifySocket(path)!
    rmSync(path)
    await leaveStaleSocket(path)

    expect(removeSocket(path, identity)).toBe(false)
    expect(existsSync(path)).toBe(true)
  })

  it('knows a socket of ours again after its mode was changed', async () => {
    await leaveStaleSocket(path)
    const identity = identifySocket(path)!
    chmodSync(path, 0o600)

    expect(removeSocket(path, identity)).toBe(true)
  })

  it.each<[string, () => void]>([
    ['a file', () => writeFileSync(path, 'mine')],
    ['a directory', () => mkdirSync(path)],
    ['a symlink', () => symlinkSync('/', path)],
  ])('leaves %s that took the name', async (_what, make) => {
    await leaveStaleSocket(path)
    const identity = identifySocket(path)!
    rmSync(path)
    make()

    expect(removeSocket(path, identity)).toBe(false)
    expect(lstatSync(path)).toBeDefined()
  })
})
