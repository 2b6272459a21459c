/** Dialling, and how connections end. */
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { leaveStaleSocket } from '../supervise/socket-fixtures.ts'
import { connectRecorded, dialRecorded, makeUdsBench } from '../support/transport-bench.ts'

let bench: ReturnType<typeof makeUdsBench>
let address: string

beforeEach(() => {
  bench = makeUdsBench()
  address = bench.address('a.sock')
})

afterEach(() => bench.close())

describe('a Unix socket dialler', () => {
  it('tells a missing file, a stale socket and a regular file as refused', async () => {
    await leaveStaleSocket(bench.address('stale'))
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
    const stopped = spawn(process.execPath, ['-e', script, address], { stdio: 'ignore' })
    try {
      await bench.until(() => existsSync(address))
      // The file is there a moment before anybody listens, and the listener runs for a moment more before it stops:
      // dial until the kernel says no.
      const dialled: ReturnType<typeof dialRecorded>[] = []
      await bench.until(() => {
        if (dialled.length < 200) dialled.push(dialRecorded(bench, address))
        return dialled.some(each => each.closes.some(({ cause }) => cause === 'busy'))
      })
      const seen = dialled.flatMap(each => each.closes)
      for (const each of dialled) each.connection!.destroy()

      expect(seen).toContainEqual({ cause: 'busy', detail: 'EAGAIN' })
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

describe('a Unix socket connection', () => {
  it('shows that a slow reader takes bytes, though the stream counts what it writes in one go as owed to the last byte', async () => {
    const { far, toFar, toNear } = await connectRecorded(bench)
    toNear.pauseReading()
    for (let i = 0; i < 20; i++) toFar.send(Buffer.alloc(1_048_576))
    await bench.quiet()
    const readSome = async (bytes: number) => {
      const until = far.receivedBytes + bytes
      toNear.resumeReading()
      await bench.until(() => far.receivedBytes >= until)
      toNear.pauseReading()
      await bench.quiet()
      return [toFar.owedBytes(), toFar.takenBytes()] as const
    }
    const [owedBefore, markBefore] = await readSome(3_000_000)
    const [owedAfter, markAfter] = await readSome(3_000_000)

    expect(owedAfter).toBe(owedBefore)
    expect(markAfter).toBeGreaterThan(markBefore)
  })
})
