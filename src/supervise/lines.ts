/**
 * A child's output, as whole lines within limits: a child that floods its log costs the launcher a bounded amount of
 * memory and screen, and what was dropped is counted and said.
 */
import type { Readable } from 'node:stream'
import { makeTelling } from './telling-lines.ts'

export const LINE_BYTES_MAX = 8_192
/** Of lines handed on, per second; also the most that may come at once. */
export const LINE_BYTES_PER_SECOND = 1_000_000
const CUT_MARK = ' … (cut)'
/** What a line costs at least: handing on an empty line is work too. */
const LINE_COST_BYTES_MIN = 64
const LINES_KEPT = 5
/** Enough of a line to see whether it tells something; a flood costs no more than that of each. */
const HEAD_BYTES = 64
const TELL_EVERY_MS = 1_000
const NEWLINE = 0x0a

export interface LineHandlers {
  /** One line without its end, cut at 8 KiB and marked so; control characters are as the child wrote them. */
  onLine(line: string): void
  /** So many lines were over the limit since the last call; at most once a second, and when the stream ends. */
  onDropped(count: number): void
}

export interface LineCollector {
  /** The last five that tell something, dropped ones and an unfinished one too: what a crash report quotes. */
  lastLines(): string[]
}

interface RawLine {
  readonly bytes: Uint8Array
  readonly cut: boolean
}

/** Reads the stream until it ends. `nowMs` is any clock that never goes back. */
export function collectLines(
  stream: Readable,
  handlers: LineHandlers,
  nowMs: () => number = () => performance.now(),
): LineCollector {
  const kept: RawLine[] = []
  const drops = makeDropCount(handlers.onDropped)
  const mayPass = makeTokenBucket(nowMs)
  const isTelling = makeTelling()
  const splitter = makeSplitter(line => {
    if (isTelling(headOf(line))) kept.push(line)
    if (kept.length > LINES_KEPT) kept.shift()
    if (mayPass(Math.max(line.bytes.length, LINE_COST_BYTES_MIN))) handlers.onLine(textOf(line))
    else drops.add()
  })
  let over = false
  const finish = () => {
    if (over) return
    over = true
    splitter.flush()
    drops.tell()
  }
  stream.on('data', (chunk: Buffer) => splitter.push(chunk))
  stream.on('end', finish).on('close', finish)
  stream.on('error', () => {}) // the pipe of a dead child: `close` follows
  return { lastLines: () => [...kept, ...splitter.unfinished()].slice(-LINES_KEPT).map(textOf) }
}

function makeSplitter(onLine: (line: RawLine) => void) {
  let parts: Uint8Array[] = []
  let size = 0
  let cut = false
  const take = (bytes: Uint8Array) => {
    const room = LINE_BYTES_MAX - size
    if (bytes.length > room) cut = true
    const part = bytes.subarray(0, room)
    if (part.length > 0) parts.push(part)
    size += part.length
  }
  const line = (): RawLine => ({ bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts), cut })
  const emit = () => {
    const whole = line()
    parts = []
    size = 0
    cut = false
    onLine(whole)
  }
  return {
    push(chunk: Uint8Array) {
      let start = 0
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        take(chunk.subarray(start, end))
        emit()
        start = end + 1
      }
      take(chunk.subarray(start))
    },
    flush() {
      if (size > 0) emit()
    },
    unfinished: () => (size > 0 ? [line()] : []),
  }
}

/** Full at first; each line takes its bytes, time brings them back. */
function makeTokenBucket(nowMs: () => number): (cost: number) => boolean {
  let tokens = LINE_BYTES_PER_SECOND
  let lastMs = nowMs()
  return cost => {
    const now = nowMs()
    tokens = Math.min(LINE_BYTES_PER_SECOND, tokens + ((now - lastMs) * LINE_BYTES_PER_SECOND) / 1_000)
    lastMs = now
    if (tokens < cost) return false
    tokens -= cost
    return true
  }
}

/** Tells by a timer of its own, so that a flood that falls silent is told too. */
function makeDropCount(onDropped: (count: number) => void) {
  let count = 0
  let timer: NodeJS.Timeout | null = null
  const tell = () => {
    if (timer) clearTimeout(timer)
    timer = null
    const told = count
    count = 0
    if (told > 0) onDropped(told)
  }
  const add = () => {
    count++
    timer ??= setTimeout(tell, TELL_EVERY_MS).unref()
  }
  return { add, tell }
}

function headOf({ bytes }: RawLine): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES)).toString('latin1')
}

function textOf({ bytes, cut }: RawLine): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
  // A cut may fall within a character; whoever wrote a line with CR LF meant one line end.
  return cut ? text.replace(/\uFFFD$/, '') + CUT_MARK : text.replace(/\r$/, '')
}
