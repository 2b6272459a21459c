/**
 * A client of the test's own, over a real socket, that numbers its requests and remembers for each every outcome that
 * came: so that none is missing, none comes twice, and each brings back the bytes that were sent.
 */
import { hash32, makeRng, type Rng } from '../../src/base/rng.ts'
import { makeUdsTransport } from '../../src/transport/uds.ts'
import { errorName } from '../../src/wire/error-code.ts'
import { FrameType, HEADER_BYTES, REQUEST_IDEMPOTENT } from '../../src/wire/frame.ts'
import { until } from '../supervise/socket-fixtures.ts'
import { atFileEnd } from './ends.ts'
import { dialStranger, requestFrame, type SeenFrame, type Stranger } from './stranger.ts'

/** DEFAULTS.load.timeout. */
const BUDGET_MS = 5_000
/** The first letter of each request's name. */
const NAME = 'w'
/** Beyond the deadline, for a machine that is busy with everything else. */
const GRACE_MS = 10_000
const STREAMS_MAX = 65_535
/** Bodies differ in length too. */
const FILLER_MAX = 200

export interface Sent {
  /** Its first word is the name that servers are known it by. */
  readonly payload: string
  readonly isIdempotent: boolean
  readonly plannedMs: number
  readonly ends: Outcome[]
}

export interface Outcome {
  /** `answered`, `wrong body`, or the error's name. */
  readonly how: string
  readonly latencyMs: number
}

/** What became of all of them. The lists hold names of requests, and are empty where all went well. */
export interface History {
  readonly sent: number
  readonly answered: number
  /** By error. */
  readonly failedBy: Readonly<Record<string, number>>
  readonly missing: readonly string[]
  readonly twice: readonly string[]
  readonly wrongBody: readonly string[]
  /** Answers to streams that were never opened. */
  readonly strays: number
}

/** `{ ...ALL_WELL, sent, answered: sent }` is the history of requests that were all answered. */
export const ALL_WELL = { failedBy: {}, missing: [], twice: [], wrongBody: [], strays: 0 }

const witnesses: Witness[] = []
atFileEnd(() => {
  for (const witness of witnesses.splice(0)) witness.leave()
})

/** Connected, and greeted. */
export async function callWitness(address: string, budgetMs = BUDGET_MS): Promise<Witness> {
  const witness = new Witness(address, budgetMs)
  witnesses.push(witness)
  await witness.greeted()
  return witness
}

export class Witness {
  readonly requests: Sent[] = []
  private strays = 0
  private open = 0
  private timer: NodeJS.Timeout | null = null
  private readonly budgetMs: number
  private readonly rng: Rng = makeRng(NAME)
  private readonly stranger: Stranger
  private onSettled: (() => void) | null = null

  constructor(address: string, budgetMs: number) {
    this.budgetMs = budgetMs
    this.stranger = dialStranger(makeUdsTransport(), address, '')
    this.stranger.onFrameSeen = frame => this.see(frame)
    this.stranger.sayHello()
  }

  greeted(): Promise<void> {
    return until(() => this.stranger.hello !== null, 'the witness is greeted', GRACE_MS)
  }

  /** One request. Without a key it has one of its own. */
  send(isIdempotent = true, plannedMs = performance.now(), keyHash = this.rng.int(0x1_0000_0000)): void {
    const number = this.requests.length + 1
    const payload = `${NAME}${number} ${'.'.repeat(hash32(NAME, number) % FILLER_MAX)}`
    this.requests.push({ payload, isIdempotent, plannedMs, ends: [] })
    this.open++
    const flags = isIdempotent ? REQUEST_IDEMPOTENT : 0
    this.stranger.send(requestFrame(streamOf(number), { budgetMs: this.budgetMs, keyHash, flags, payload }))
  }

  /** So many a second, whether or not answers come; `nth` is the number within this call. */
  start(rate: number, isIdempotent: (nth: number) => boolean = () => true): void {
    const startMs = performance.now()
    let sent = 0
    this.timer = setInterval(() => {
      const due = ((performance.now() - startMs) * rate) / 1_000
      for (; sent < due; sent++) this.send(isIdempotent(sent), startMs + (sent * 1_000) / rate)
    }, 2)
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer)
    this.timer = null
  }

  /** So many requests, at most `window` of them under way at a time. */
  async flood(count: number, window: number, keyHash?: number): Promise<void> {
    for (let sent = 0; sent < count; ) {
      for (; sent < count && this.open < window; sent++) this.send(true, performance.now(), keyHash)
      await new Promise<void>(settle => {
        this.onSettled = settle
        if (this.open === 0) settle()
      })
    }
    await this.history()
  }

  /** When every request has ended, or its time is over; nothing is sent any more. */
  async history(): Promise<History> {
    this.stop()
    await until(() => this.open === 0, 'all have ended', this.budgetMs + GRACE_MS).catch(() => {}) // what is missing is told
    const named = (claim: (sent: Sent) => boolean) => this.requests.filter(claim).map(nameOf)
    const failedBy: Record<string, number> = {}
    for (const how of this.requests.map(howOf)) {
      if (how !== 'answered' && how !== 'missing') failedBy[how] = (failedBy[how] ?? 0) + 1
    }
    return {
      sent: this.requests.length,
      answered: named(sent => howOf(sent) === 'answered').length,
      failedBy,
      missing: named(({ ends }) => ends.length === 0),
      twice: named(({ ends }) => ends.length > 1),
      wrongBody: named(({ ends }) => ends.some(({ how }) => how === 'wrong body')),
      strays: this.strays,
    }
  }

  leave(): void {
    this.stop()
    this.stranger.connection!.destroy()
  }

  private see(frame: SeenFrame): void {
    this.stranger.forget()
    if (frame.type !== FrameType.response && frame.type !== FrameType.error) return
    const sent = this.requests[numberOf(frame.streamId) - 1]
    if (!sent) {
      this.strays++
      return
    }
    if (sent.ends.length === 0) this.open--
    sent.ends.push({ how: howEnded(frame, sent), latencyMs: performance.now() - sent.plannedMs })
    this.onSettled?.()
    this.onSettled = null
  }
}

/** Its first word. */
export const nameOf = ({ payload }: Sent): string => payload.slice(0, payload.indexOf(' '))

/** `missing` where it never ended. */
export const howOf = ({ ends }: Sent): string => ends[0]?.how ?? 'missing'

/** Whoever did not get its answer within so long, whatever it got. */
export function lateOrFailed(requests: readonly Sent[], limitMs: number): Sent[] {
  return requests.filter(sent => howOf(sent) !== 'answered' || sent.ends[0]!.latencyMs > limitMs)
}

function howEnded(frame: SeenFrame, sent: Sent): string {
  if (frame.type === FrameType.error) return errorName(frame.code)
  const body = new TextDecoder().decode(frame.bytes.subarray(HEADER_BYTES))
  return body === sent.payload ? 'answered' : 'wrong body'
}

/** Counting 1, 2, 3… without those whose low half is 0 (PROTOCOL.md). */
const streamOf = (number: number): number => number + Math.floor((number - 1) / STREAMS_MAX)
const numberOf = (stream: number): number => stream - Math.floor(stream / (STREAMS_MAX + 1))

/** Of those that ended, from the shortest, in milliseconds. */
export const latencies = (requests: readonly Sent[]): number[] =>
  requests
    .flatMap(({ ends }) => ends.slice(0, 1).map(({ latencyMs }) => Math.round(latencyMs * 10) / 10))
    .sort((a, b) => a - b)

/** Of times in order: the one that this share of them is not above. */
export const percentile = (times: readonly number[], share: number): number =>
  times[Math.max(Math.ceil(times.length * share) - 1, 0)] ?? 0
