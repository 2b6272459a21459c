/** The rules of socket files: who may replace what, and what is left behind. */
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import net from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectRecorded, dialRecorded, listenRecorded, makeUdsBench } from '../support/transport-bench.ts'

let bench: ReturnType<typeof makeUdsBench>
let address: string

beforeEach(() => {
  bench = makeUdsBench()
  address = bench.address('a.sock')
})

afterEach(() => bench.close())

const files = () => readdirSync(bench.dir).sort()

/** A socket file whose process was killed: nobody listens, nobody unlinked it. */
function leaveStale(file: string): void {
  const script = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', script, file], { timeout: 20_000 })
  expect(lstatSync(file).isSocket()).toBe(true)
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

  it('binds with mode 0600 under umask 0177', async () => {
    const before = process.umask(0o177)
    try {
      await listenRecorded(bench, address)
    } finally {
      process.umask(before)
    }

    expect((lstatSync(address).mode & 0o777).toString(8)).toBe('600')
  })

  it('takes a stale socket’s place', async () => {
    leaveStale(address)
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
})

describe('a Unix socket dialler', () => {
  it('tells a missing file, a stale socket and a regular file as refused', async () => {
    leaveStale(bench.address('stale'))
    writeFileSync(bench.address('file'), '')
    const dialled = ['missing', 'stale', 'file'].map(name => dialRecorded(bench, bench.address(name)))
    await bench.until(() => dialled.every(each => each.isClosed))

    expect(dialled.map(each => each.closes)).toEqual([
      [{ cause: 'refused', detail: 'ENOENT' }],
      [{ cause: 'refused', detail: 'ECONNREFUSED' }],
      [{ cause: 'refused', detail: 'ECONNREFUSED' }],
    ])
  })

  it.runIf(process.platform === 'linux')('tells a full backlog as busy', async () => {
    const script = `require('node:net').createServer().listen({ path: process.argv[1], backlog: 1 }, () => process.kill(process.pid, 'SIGSTOP'))`
    const { spawn } = await import('node:child_process')
    const stopped = spawn(process.execPath, ['-e', script, address], { stdio: 'ignore' })
    try {
      await bench.until(() => existsSync(address))
      // The listener may run for a moment more before it stops: dial until the kernel says no.
      const dialled: ReturnType<typeof dialRecorded>[] = []
      await bench.until(() => {
        if (dialled.length < 200) dialled.push(dialRecorded(bench, address))
        return dialled.some(each => each.isClosed)
      })
      const closed = dialled.filter(each => each.isClosed).flatMap(each => each.closes)
      for (const each of dialled) each.connection!.destroy()

      expect(closed[0]).toEqual({ cause: 'busy', detail: 'EAGAIN' })
    } finally {
      stopped.kill('SIGKILL')
    }
  })

  it('tells a connection that was reset as lost', async () => {
    const { near, far, toFar, toNear } = await connectRecorded(bench, address)
    // Destroyed with bytes unread: the kernel answers the writer with a reset.
    toNear.pauseReading()
    toFar.send(Buffer.alloc(500_000))
    await bench.quiet()
    toNear.destroy()
    await bench.until(() => near.isClosed && far.isClosed)

    expect(near.closes).toEqual([{ cause: 'lost', detail: 'ECONNRESET' }])
    expect(far.closes.map(({ cause }) => cause)).toEqual(['local'])
  })

  it('tells a write to one who is gone as lost', async () => {
    const { near, toFar, toNear } = await connectRecorded(bench, address)
    toNear.destroy()
    toFar.send(Buffer.alloc(10))
    await bench.until(() => near.isClosed)

    expect(near.closes.map(({ cause }) => cause)).toEqual(['lost'])
  })
})

describe('the connections of a Unix socket listener', () => {
  it('are at most 1 024; the next one is closed at once, and a place that is freed is used again', async () => {
    const { accepted } = await listenRecorded(bench, address)
    const dialled: ReturnType<typeof dialRecorded>[] = []
    for (let i = 0; i < 1_024; i++) {
      dialled.push(dialRecorded(bench, address))
      if (i % 200 === 199) await bench.until(() => accepted.length === i + 1)
    }
    await bench.until(() => accepted.length === 1_024)
    const oneMore = dialRecorded(bench, address)
    await bench.until(() => oneMore.isClosed)
    dialled[0]!.connection!.destroy()
    await bench.until(() => accepted[0]!.isClosed || accepted.some(each => each.isClosed))
    const again = dialRecorded(bench, address)
    await bench.until(() => accepted.length === 1_025)
    for (const each of [...dialled, again]) each.connection!.destroy()
    await bench.until(() => accepted.every(each => each.isClosed))

    expect(oneMore.closes).toHaveLength(1)
  })
})
