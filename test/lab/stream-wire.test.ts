import { describe, expect, it } from 'vitest'
import { makeFifos, openFifos } from '../../src/lab/fifos.ts'
import { throughFifos, toPort, toSocket } from '../../src/lab/stream-wire.ts'
import { until } from '../supervise/socket-fixtures.ts'
import { makeDir } from '../support/commands.ts'
import { askAll, hear, startEchoServer } from './echo-servers.ts'

const PLAN = { payloadBytes: 64, outstanding: 8 }

describe('a stream wire', () => {
  it('counts whole payloads over a Unix socket, however their bytes come', async () => {
    const { path } = await startEchoServer(makeDir())
    const heard = hear()
    const wire = await toSocket(path)(PLAN, heard)

    await askAll(wire, heard, 1)
    await askAll(wire, heard, 8)
    await askAll(wire, heard, 3)

    expect(heard.answers).toBe(12)
    wire.close()
  })

  it('does so over loopback TCP', async () => {
    const { port } = await startEchoServer(null)
    const heard = hear()
    const wire = await toPort(port)({ payloadBytes: 1_000_000, outstanding: 2 }, heard)

    await askAll(wire, heard, 2)

    expect(heard.answers).toBe(2)
    wire.close()
  })

  it('does so through a pair of pipes', async () => {
    const made = makeFifos(makeDir())
    if (!made.ok) throw new Error(made.problem)
    const { reader, writer } = openFifos(made.fifos.there, made.fifos.back)
    reader.on('data', chunk => writer.write(chunk))
    const heard = hear()
    const wire = await throughFifos(made.fifos)({ payloadBytes: 200_000, outstanding: 2 }, heard)

    await askAll(wire, heard, 2)

    expect(heard.answers).toBe(2)
    for (const end of [wire, { close: () => void reader.destroy() }, { close: () => void writer.destroy() }])
      end.close()
  })

  it('says once that the connection is lost', async () => {
    const { path, accepted } = await startEchoServer(makeDir())
    const heard = hear()
    await toSocket(path)(PLAN, heard)
    await until(() => accepted.length === 1, 'it is accepted')
    accepted[0]!.destroy()
    await until(() => heard.lost.length > 0, 'it is lost')

    expect(heard.lost).toEqual(['the connection closed'])
  })

  it('says nothing of its own closing', async () => {
    const { path, accepted } = await startEchoServer(makeDir())
    const heard = hear()
    const wire = await toSocket(path)(PLAN, heard)
    await until(() => accepted.length === 1, 'it is accepted')
    const gone = new Promise(resolve => accepted[0]!.once('close', resolve))
    wire.close()
    await gone

    expect(heard.lost).toEqual([])
  })

  it('cannot be opened where nobody listens', async () => {
    await expect(toSocket('/nowhere/echo.sock')(PLAN, hear())).rejects.toThrow('ENOENT')
  })
})
