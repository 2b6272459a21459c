import net from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RawEchoPath, startRawEcho } from '../../src/lab/raw-echo.ts'
import { enterScratchDir, type ScratchDir } from '../../src/lab/scratch-dir.ts'
import { until } from '../supervise/socket-fixtures.ts'

describe('RawEchoPath', () => {
  let dir: ScratchDir
  let server: net.Server
  let accepted: net.Socket[]

  beforeEach(async () => {
    dir = enterScratchDir()
    accepted = []
    server = net.createServer(socket => {
      accepted.push(socket)
      socket.on('error', () => {})
      // In two pieces, so that payloads come cut.
      socket.on('data', chunk => {
        const half = chunk.length >> 1
        socket.write(chunk.subarray(0, half))
        setImmediate(() => socket.write(chunk.subarray(half)))
      })
    })
    await new Promise<void>(resolve => server.listen(`${dir.path}/raw.sock`, resolve))
  })

  afterEach(() => {
    server.close()
    for (const socket of accepted) socket.destroy()
    dir.remove()
  })

  async function connected(): Promise<RawEchoPath> {
    return new Promise(resolve => {
      const path: RawEchoPath = new RawEchoPath(`${dir.path}/raw.sock`, 64, () => resolve(path))
    })
  }

  it('times each payload once, however its bytes come', async () => {
    const path = await connected()

    path.begin(1)
    await until(() => path.answered > 3, 'some are answered')
    await path.finish()

    expect(path.histogram.count).toBe(path.answered)
    path.close()
  })

  it('keeps 64 outstanding and counts whole payloads, without times', async () => {
    const path = await connected()

    path.begin(64)
    await until(() => path.answered > 64, 'more are answered than are outstanding at a time')
    await path.finish()

    expect(path.histogram.count).toBe(0)
    path.close()
  })

  it('fails when the connection is lost instead of waiting for ever', async () => {
    const path = await connected()
    path.begin(1)

    accepted[0]!.destroy()

    await new Promise(resolve => setTimeout(resolve, 10))
    await expect(path.finish()).rejects.toThrow('raw echo: ')
    path.close()
  })
})

describe('startRawEcho', () => {
  it('says why it could not start', async () => {
    const lost: string[] = []
    const echo = startRawEcho({ entry: '/nowhere/raw-echo-child.js', cwd: '/', socket: 'raw.sock' }, why => {
      lost.push(why)
    })

    await expect(echo.ready).rejects.toThrow('raw echo ended: code 1')
    await echo.kill()
    expect(lost).toHaveLength(1)
  })
})
