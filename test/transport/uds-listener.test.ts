/** The rules of socket files: who may replace what, and what is left behind. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { temporarySocketPathOf } from '../../src/topology/socket-path.ts'
import { makeUdsTransport } from '../../src/transport/uds.ts'
import { leaveStaleSocket, listenAt, makeFifo } from '../supervise/socket-fixtures.ts'
import { connectRecorded, dialRecorded, listenRecorded, makeUdsBench } from '../support/transport-bench.ts'

let bench: ReturnType<typeof makeUdsBench>
let address: string
let temporary: string

beforeEach(() => {
  bench = makeUdsBench()
  address = bench.address('a.sock')
  temporary = temporarySocketPathOf(bench.dir, process.pid)
})

afterEach(() => bench.close())

const files = () => readdirSync(bench.dir).sort()
const printOf = (file: string) => {
  const { ino, mode, size, mtimeMs } = lstatSync(file)
  return { ino, mode, size, mtimeMs }
}

describe('a Unix socket listener', () => {
  it('leaves its own file and no other', async () => {
    const { listener } = await listenRecorded(bench, address)
    const whileOpen = files()
    listener.close()
    await bench.quiet()

    expect(whileOpen).toEqual(['a.sock'])
    expect(files()).toEqual([])
  })

  it('accepts more connections than a node keeps: it is the node that counts those it closes', async () => {
    const { accepted } = await listenRecorded(bench, address)
    for (let dialled = 1; dialled <= 1_100; dialled++) {
      dialRecorded(bench, address)
      if (dialled % 200 === 0) await bench.until(() => accepted.length === dialled)
    }
    await bench.until(() => accepted.length === 1_100)

    expect(accepted.filter(({ isClosed }) => isClosed)).toEqual([])
  })

  it('binds with mode 0600 under any umask, which it leaves as it was', async () => {
    const before = process.umask(0)
    try {
      await listenRecorded(bench, address)
      expect(process.umask()).toBe(0)
    } finally {
      process.umask(before)
    }

    expect((lstatSync(address).mode & 0o777).toString(8)).toBe('600')
  })

  it('takes a stale socket’s place', async () => {
    await leaveStaleSocket(address, 0o177)
    const stale = dialRecorded(bench, address)
    await bench.until(() => stale.isClosed)
    const { ready } = await listenRecorded(bench, address)
    const dialled = dialRecorded(bench, address)
    await bench.until(() => dialled.opened === 1)

    expect(stale.closes).toEqual([{ cause: 'refused', detail: 'ECONNREFUSED' }])
    expect(ready).toEqual([null])
    expect(files()).toEqual(['a.sock'])
  })

  it('replaces an older one without a moment in which nobody can be dialled', async () => {
    await listenRecorded(bench, address)
    let isDone = false
    const outcomes: string[] = []
    const keepDialling = async () => {
      while (!isDone) {
        const recorder = dialRecorded(bench, address)
        await bench.until(() => recorder.opened === 1 || recorder.isClosed)
        outcomes.push(recorder.isClosed ? recorder.closes[0]!.cause : 'opened')
        recorder.connection!.destroy()
      }
    }
    const dialling = keepDialling()
    let before = await listenRecorded(bench, address)
    for (let i = 0; i < 20; i++) {
      const next = await listenRecorded(bench, address)
      before.listener.close()
      before = next
    }
    isDone = true
    await dialling

    expect(outcomes.length).toBeGreaterThan(20)
    expect(new Set(outcomes)).toEqual(new Set(['opened']))
    expect(files()).toEqual(['a.sock'])
  })

  it('keeps the connections of the replaced one', async () => {
    const old = await connectRecorded(bench, address)
    await listenRecorded(bench, address)
    old.listener.close()
    old.toFar.send(Buffer.from('hello'))
    await bench.until(() => old.far.receivedBytes === 5)

    expect(existsSync(address)).toBe(true)
  })

  it('does not unlink a file that took its name', async () => {
    const { listener } = await listenRecorded(bench, address)
    const other = net.createServer()
    await new Promise<void>(resolve => other.listen(bench.address('other'), resolve))
    renameSync(bench.address('other'), address)
    listener.close()
    await bench.quiet()

    expect(files()).toEqual(['a.sock'])
    const dialled = dialRecorded(bench, address)
    await bench.until(() => dialled.opened === 1)
    dialled.connection!.destroy()
    await new Promise(resolve => other.close(resolve))
  })

  it('does not mind that its file, or the folder, is gone', async () => {
    const { listener } = await listenRecorded(bench, address)
    bench.close()

    expect(() => listener.close()).not.toThrow()
  })

  it.each([
    ['a regular file', () => writeFileSync(address, 'precious'), () => readFileSync(address, 'utf8') === 'precious'],
    ['a directory', () => mkdirSync(address), () => lstatSync(address).isDirectory()],
    [
      'a symbolic link',
      () => symlinkSync('elsewhere', address),
      () => lstatSync(address).isSymbolicLink() && !existsSync(bench.address('elsewhere')),
    ],
  ])('refuses to replace %s, and leaves it as it was', async (_what, make, isUntouched) => {
    make()
    const { ready, listener } = await listenRecorded(bench, address)
    listener.close()
    await bench.quiet()

    expect(ready).toEqual([`${address} exists and is not a socket`])
    expect(isUntouched()).toBe(true)
    expect(files()).toEqual(['a.sock'])
  })

  it('says why it cannot listen where the folder is missing', async () => {
    const { ready } = await listenRecorded(bench, `${bench.dir}/missing/a.sock`)

    expect(ready).toHaveLength(1)
    expect(ready[0]).toMatch(/EACCES|ENOENT/)
  })

  it('takes a relative path, without a folder and with one', async () => {
    const before = process.cwd()
    process.chdir(bench.dir)
    try {
      mkdirSync('sockets')
      const listeners = await Promise.all(['a.sock', 'sockets/b.sock'].map(each => listenRecorded(bench, each)))
      const dialled = ['a.sock', 'sockets/b.sock'].map(each => dialRecorded(bench, each))
      await bench.until(() => dialled.every(each => each.opened === 1))
      for (const { listener } of listeners) listener.close()
      await bench.quiet()

      expect(files()).toEqual(['sockets'])
      expect(readdirSync('sockets')).toEqual([])
    } finally {
      process.chdir(before)
    }
  })

  it('closed before it was ready leaves nothing', async () => {
    const ready: (string | null)[] = []
    const listener = bench.transport.listen(
      address,
      () => {
        throw new Error('nobody dials')
      },
      problem => ready.push(problem),
    )
    listener.close()
    await bench.quiet()

    expect(files()).toEqual([])
    expect(ready.length).toBeLessThanOrEqual(1)
  })

  it('refuses to replace a socket that is not like its own', async () => {
    const foreign = await listenAt(bench.address('foreign'), 0o077)
    renameSync(bench.address('foreign'), address)
    const before = printOf(address)
    const { ready, listener } = await listenRecorded(bench, address)
    listener.close()

    expect(ready).toEqual([`${address} is another program's socket`])
    expect([files(), printOf(address)]).toEqual([['a.sock'], before])
    foreign.close()
  })
})

describe('the temporary name', () => {
  it.each<[string, () => unknown]>([
    ['a file', () => writeFileSync(temporary, 'mine')],
    ['a directory', () => mkdirSync(temporary)],
    ['a symlink to nothing', () => symlinkSync('nowhere', temporary)],
    ['a FIFO', () => makeFifo(temporary)],
  ])('taken by %s is left alone, before and during the life of a listener', async (_what, make) => {
    make()
    const before = printOf(temporary)
    const { ready, listener } = await listenRecorded(bench, address)
    listener.close()
    renameSync(temporary, bench.address('kept'))
    const second = await listenRecorded(bench, address)
    renameSync(bench.address('kept'), temporary)
    second.listener.close()
    await bench.quiet()

    expect(ready).toEqual([expect.stringContaining('EADDRINUSE')])
    expect(second.ready).toEqual([null])
    expect([files(), printOf(temporary)]).toEqual([[path.basename(temporary)], before])
  })

  it('fits wherever the public one does: 103 bytes, in letters of two bytes, absolute and relative', async () => {
    const relative = `${'é'.repeat(48)}/a.sock`
    const room = 103 - Buffer.byteLength(bench.dir) - '//a.sock'.length
    const absolute = path.join(bench.dir, 'd'.repeat(room), 'a.sock')
    const before = process.cwd()
    process.chdir(bench.dir)
    try {
      const addresses = [absolute, relative]
      for (const each of addresses) mkdirSync(path.dirname(each), { recursive: true })
      const listeners = await Promise.all(addresses.map(each => listenRecorded(bench, each)))
      const dialled = addresses.map(each => dialRecorded(bench, each))
      await bench.until(() => dialled.every(each => each.opened === 1))
      const names = addresses.map(each => readdirSync(path.dirname(each)))
      for (const { listener } of listeners) listener.close()

      expect(addresses.map(each => Buffer.byteLength(each))).toEqual([103, 103])
      expect(names).toEqual([['a.sock'], ['a.sock']])
    } finally {
      process.chdir(before)
    }
  })
})

describe('a listener that looks after its file', () => {
  const said: string[] = []
  const watched = () => ({ ...bench, transport: makeUdsTransport(text => said.push(text)) })
  /** A second passes, and what it brings is done. */
  const look = async () => {
    vi.advanceTimersByTime(1_000)
    await bench.quiet()
  }
  beforeEach(() => {
    said.length = 0
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  })
  afterEach(() => vi.useRealTimers())

  it('binds anew when the file was removed, and keeps its connections', async () => {
    const old = await connectRecorded(watched(), address)
    rmSync(address)
    await look()
    const newcomer = dialRecorded(bench, address)
    await bench.until(() => newcomer.opened === 1 && old.accepted.length === 2)
    old.toFar.send(Buffer.from('hello'))
    await bench.until(() => old.far.receivedBytes === 5)
    old.listener.close()

    expect(said).toEqual([`${address} had been removed, and is bound anew`])
    expect(files()).toEqual([])
  })

  it('makes the folder anew where that was removed too, closed to others', async () => {
    const folder = bench.address('sockets')
    mkdirSync(folder)
    const { listener } = await listenRecorded(watched(), `${folder}/a.sock`)
    const umask = process.umask(0o177)
    rmSync(folder, { recursive: true })
    await look().finally(() => process.umask(umask))
    listener.close()

    expect(said).toEqual([`${folder}/a.sock had been removed, and is bound anew`])
    expect((statSync(folder).mode & 0o777).toString(8)).toBe('700')
  })

  it('says once that it cannot, and goes on trying', async () => {
    const folder = bench.address('sockets')
    mkdirSync(folder)
    const { listener } = await listenRecorded(watched(), `${folder}/a.sock`)
    rmSync(folder, { recursive: true })
    symlinkSync('nowhere', folder)
    await look()
    await look()
    rmSync(folder)
    await look()
    listener.close()

    expect(said).toEqual([
      expect.stringContaining('sockets/a.sock was removed, and cannot be bound anew: listen EACCES'),
      `${folder}/a.sock had been removed, and is bound anew`,
    ])
  })

  it('leaves the name to whatever else has taken it', async () => {
    const [older, taken] = [await listenRecorded(watched(), address), bench.address('b.sock')]
    const newer = await listenRecorded(watched(), address)
    const hidden = await listenRecorded(watched(), taken)
    rmSync(taken)
    writeFileSync(taken, 'mine')
    const before = [address, taken].map(printOf)
    await look()
    const after = [address, taken].map(printOf)
    for (const { listener } of [older, hidden, newer]) listener.close()

    expect(after).toEqual(before)
    expect([said, files(), readFileSync(taken, 'utf8')]).toEqual([[], ['b.sock'], 'mine'])
  })
})
