import { describe, expect, it } from 'vitest'
import { echoBox } from '../../src/lab/echo-box.ts'
import { toSocket } from '../../src/lab/stream-wire.ts'
import type { OpenWire } from '../../src/lab/wire.ts'
import { until } from '../supervise/socket-fixtures.ts'
import { makeDir } from '../support/commands.ts'
import { startEchoServer } from './echo-servers.ts'

const LOAD = { outstanding: 4, connections: 2, payloadBytes: 64 }
const TIMES = { settleMs: 5, durationMs: 20 }

const never = new AbortController().signal

describe('echoBox', () => {
  it('counts what is answered while it lasts, with times, and closes every connection', async () => {
    const { path, accepted } = await startEchoServer(makeDir())
    const { round, response } = await echoBox('floor', toSocket(path), LOAD, TIMES, never)
    await until(() => accepted.every(({ destroyed }) => destroyed), 'all are closed')

    expect(accepted).toHaveLength(2)
    expect(round.elapsedMs).toBeGreaterThan(19)
    expect(round).toMatchObject({ failed: 0, lagUs: null, doubts: [] })
    expect(round.answered).toBeGreaterThan(0)
    expect(round.sent).toBe(round.answered)
    expect(response!.count).toBe(round.answered)
    expect(round.perSecond).toBeCloseTo((round.answered * 1_000) / round.elapsedMs, 3)
    expect(round.service).toEqual(round.response)
  })

  it('says which path broke', async () => {
    const { path, accepted } = await startEchoServer(makeDir())
    const box = echoBox('floor', toSocket(path), LOAD, { settleMs: 0, durationMs: 50 }, never)
    await until(() => accepted.length > 0, 'it is accepted')
    accepted[0]!.destroy()

    await expect(box).rejects.toThrow(/^the path "floor" broke: (the connection closed|.*ECONNRESET|.*EPIPE)$/)
  })

  it.each([
    ['before the first request', 60_000, 0],
    ['while it is measured', 0, 60_000],
    ['while nothing comes back', 0, 0],
  ])('ends when it is told to, %s', async (_, settleMs, durationMs) => {
    const [ending, silent] = [new AbortController(), { closed: 0 }]
    const open: OpenWire = async () => ({ send: () => {}, close: () => silent.closed++ })
    const box = echoBox('floor', open, LOAD, { settleMs, durationMs }, ending.signal)
    setTimeout(() => ending.abort(new Error('ended')), 10)

    await expect(box).rejects.toThrow()
    expect(silent.closed).toBe(2)
  })
})
