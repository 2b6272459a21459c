/**
 * Clients that push more than they take, against real processes: memory stays bounded, nothing locks up, every request
 * ends once, and the built-in clients beside them notice nothing. UDSIM_FULL=1 runs the sizes of the promises.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { NodeStats } from '../../src/stats/reports.ts'
import { makeUdsTransport } from '../../src/transport/uds.ts'
import { FrameType, REQUEST_PAYLOAD_AT, writeRequest } from '../../src/wire/frame.ts'
import { until } from '../supervise/socket-fixtures.ts'
import { expectAllAnswered, expectLawsInEveryLine } from '../support/claims.ts'
import { nineNodes, type Run, startRun } from '../support/processes.ts'
import { dialStranger, type SeenFrame, type Stranger } from '../support/stranger.ts'

const IS_FULL = process.env.UDSIM_FULL === '1'
const KIB = 1_024
const MIB = 1_048_576
/** The machine may be busy with everything else. */
const LIMIT_MS = 60_000
/** What a node may hold with 64 MiB of payloads outstanding. */
const MEMORY_MB_MAX = 150

/** A client that sends all it may at once, and counts how each of its requests ends. */
class Flooder {
  /** How often each stream was answered, and with a RESPONSE or not. */
  readonly ends = new Map<number, number>()
  answered = 0
  readonly stranger: Stranger
  private sent = 0
  private toSend = 0
  private payload: Uint8Array = new Uint8Array(0)

  constructor(address: string) {
    this.stranger = dialStranger(makeUdsTransport(), address, '')
    this.stranger.onFrameSeen = frame => this.see(frame)
    this.stranger.sayHello()
  }

  private see({ type, streamId }: SeenFrame): void {
    this.stranger.forget()
    if (streamId === 0) return
    this.ends.set(streamId, (this.ends.get(streamId) ?? 0) + 1)
    if (type === FrameType.response) this.answered++
    if (this.sent < this.toSend) this.sendOne()
  }

  /** So many at once, and one for each that ends until there were `toSend`. */
  send(count: number, payload: Uint8Array, toSend = count): void {
    this.payload = payload
    this.toSend = toSend
    while (this.sent < count) this.sendOne()
  }

  /** The payload is one and the same for all, so that this process does not hold it a thousand times. */
  private sendOne(): void {
    const { payload } = this
    const head = new Uint8Array(REQUEST_PAYLOAD_AT)
    const streamId = (++this.sent % 65_535) + 1
    writeRequest(head, 0, streamId, { budgetMs: LIMIT_MS, keyHash: 0, attempt: 1, flags: 0 }, payload.length)
    this.stranger.send(head, payload)
  }

  /** From now on it takes little at a time. */
  readSlowly(): void {
    const connection = this.stranger.connection!
    const turn = setInterval(() => {
      if (this.stranger.isClosed) return clearInterval(turn)
      connection.resumeReading()
      setImmediate(() => connection.pauseReading())
    }, 20)
  }
}

/** The highest since `forgetPeaks` in MB where the system tells it, as Linux does; else what the node has now. */
function memoryOf({ pid, memoryBytes }: NodeStats): number {
  try {
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    if (peak) return Number(peak[1]) / 1_000
  } catch {}
  return (memoryBytes ?? 0) / 1e6
}

function forgetPeaks(): void {
  for (const { pid } of nodes()) {
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, '5')
    } catch {} // A peak that is not forgotten counts as grown from there.
  }
}

const nodes = () => run.stats().at(-1)!.nodes
const memories = () => Object.fromEntries(nodes().map(node => [node.id, memoryOf(node)]))

/** Which nodes have grown by more than so many MB, and by how much. */
function grown(before: Record<string, number>, byMb: number): string[] {
  return Object.entries(memories()).flatMap(([id, now]) =>
    now - before[id]! > byMb ? [`${id} +${Math.round(now - before[id]!)} MB`] : [],
  )
}

/** `count` outstanding on each connection, and `toSend` in all. */
async function flood(
  connections: number,
  count: number,
  payloadBytes: number,
  node = 'lb',
  toSend = count,
): Promise<Flooder[]> {
  const flooders = Array.from({ length: connections }, () => new Flooder(join(run.dir, `sockets/${node}.sock`)))
  await until(() => flooders.every(({ stranger }) => stranger.hello), 'all are connected', LIMIT_MS)
  const payload = new Uint8Array(payloadBytes)
  for (const flooder of flooders) flooder.send(count, payload, toSend)
  return flooders
}

/** Which nodes have held more than they may. */
function tooLarge(mbMax: number): string[] {
  return Object.entries(memories()).flatMap(([id, mb]) => (mb > mbMax ? [`${id} ${Math.round(mb)} MB`] : []))
}

const endsOf = (flooders: readonly Flooder[]) => flooders.reduce((sum, { ends }) => sum + ends.size, 0)
const leave = (flooders: readonly Flooder[]) => {
  for (const { stranger } of flooders) stranger.connection!.destroy()
}

let run: Run
beforeAll(async () => {
  run = startRun({ topology: nineNodes({ rate: 200 }) })
  await run.ready()
  await run.statsWhen(({ client }) => client.answered > 200, 'every node is warm')
})

describe('a client that never reads its answers', () => {
  it.each([
    [IS_FULL ? 100_000 : 10_000, KIB],
    [IS_FULL ? 300 : 60, MIB],
  ])('with %i requests of %i bytes is not read from, and nobody else notices', async (count, payloadBytes) => {
    forgetPeaks()
    const [before, { client }] = [memories(), run.stats().at(-1)!]
    const flooder = new Flooder(join(run.dir, 'sockets/lb.sock'))
    await until(() => flooder.stranger.hello !== null, 'it is connected', LIMIT_MS)
    flooder.stranger.connection!.pauseReading()
    flooder.send(count, new Uint8Array(payloadBytes))
    await run.statsWhen(stats => stats.client.answered > client.answered + 400, 'the others have been served')
    const beside = run.stats().at(-1)!.client
    const heldBack = flooder.stranger.connection!.owedBytes()
    const growths = grown(before, 64)
    leave([flooder])

    expect(growths).toEqual([])
    expect(heldBack).toBeGreaterThan((count * payloadBytes) / 4)
    expect(beside.failed).toBe(0)
    expect(beside.latency.p99Us!).toBeLessThan(2_000_000)
  })
})

describe('both directions full at once', () => {
  const COUNT = IS_FULL ? 1_000 : 64

  it.each(['lb', 'server-1'])(`end with every answer: 64 MiB each way over one connection to %s`, async node => {
    forgetPeaks()
    const flooders = await flood(1, 64, MIB, node, COUNT)
    await until(() => endsOf(flooders) === COUNT, 'all have ended', LIMIT_MS)
    const [{ stranger, answered, ends }] = flooders as [Flooder]
    const [closes, large] = [stranger.closes, tooLarge(MEMORY_MB_MAX)]
    leave(flooders)

    expect(answered).toBe(COUNT)
    expect([...ends.values()].every(times => times === 1)).toBe(true)
    expect(closes).toEqual([])
    expect(large).toEqual([])
  })

  it.runIf(IS_FULL)('hold no more where the client reads slowly', async () => {
    forgetPeaks()
    const flooders = await flood(1, 64, MIB)
    flooders[0]!.readSlowly()
    await until(() => endsOf(flooders) === 64, 'all have ended', LIMIT_MS)
    const large = tooLarge(MEMORY_MB_MAX)
    leave(flooders)

    expect(large).toEqual([])
  })
})

describe('many large requests at once', () => {
  const COUNT = IS_FULL ? 10_000 : 1_000

  it(`all end, ${COUNT} of 64 KiB over 8 connections, in bounded memory`, async () => {
    forgetPeaks()
    const flooders = await flood(8, COUNT / 8, 64 * KIB)
    await until(() => endsOf(flooders) === COUNT, 'all have ended', 2 * LIMIT_MS)
    const twice = flooders.flatMap(({ ends }) => [...ends.values()].filter(times => times !== 1))
    const large = tooLarge(200)
    leave(flooders)

    expect(twice).toEqual([])
    expect(flooders.reduce((sum, { answered }) => sum + answered, 0)).toBe(COUNT)
    expect(large).toEqual([])
  }, 180_000)
})

describe('all of it together', () => {
  it('cost the built-in clients no request, and the accounts agree', async () => {
    const { code, stderr, summary } = await run.end()

    expectAllAnswered(summary.client)
    expect([code, stderr, summary.laws]).toEqual([0, '', 'ok'])
    expectLawsInEveryLine(run.lines)
  })
})
