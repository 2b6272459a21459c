import { PassThrough } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import { collectLines, LINE_BYTES_MAX, LINE_BYTES_PER_SECOND } from '../../src/supervise/lines.ts'

function collect() {
  const stream = new PassThrough()
  const lines: string[] = []
  const dropped: number[] = []
  const clock = { ms: 0 }
  const handlers = { onLine: (line: string) => lines.push(line), onDropped: (count: number) => dropped.push(count) }
  const collector = collectLines(stream, handlers, () => clock.ms)
  const write = (bytes: string | Uint8Array) => void stream.emit('data', Buffer.from(bytes))
  return { stream, lines, dropped, clock, collector, write, end: () => void stream.emit('end') }
}

describe('collectLines', () => {
  it('gives the same whole lines wherever the stream was cut', () => {
    const bytes = Buffer.from('first\n\nzwölf € 🎈\r\nlast without an end')
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { lines, write, end } = collect()
      write(bytes.subarray(0, cut))
      write(bytes.subarray(cut))
      end()

      expect(lines).toEqual(['first', '', 'zwölf € 🎈', 'last without an end'])
    }
  })

  it('cuts a line at 8 KiB, marks it, and goes on with the next', () => {
    const { lines, write } = collect()
    for (let i = 0; i < 300; i++) write('x'.repeat(1_000))
    write('\nnext\n')

    expect(lines).toEqual([`${'x'.repeat(LINE_BYTES_MAX)} … (cut)`, 'next'])
  })

  it('leaves no half of a character where it cuts', () => {
    const { lines, write } = collect()
    write(`${'€'.repeat(3_000)}\n`)

    expect(lines).toEqual([`${'€'.repeat(Math.floor(LINE_BYTES_MAX / 3))} … (cut)`])
  })

  it('keeps a line of exactly 8 KiB whole', () => {
    const { lines, write } = collect()
    write(`${'x'.repeat(LINE_BYTES_MAX)}\n`)

    expect(lines).toEqual(['x'.repeat(LINE_BYTES_MAX)])
  })

  it('passes 1 MB a second of a flood, and counts the rest', () => {
    const { lines, dropped, write, end, clock } = collect()
    const chunk = `${'y'.repeat(999)}\n`.repeat(50)
    for (clock.ms = 0; clock.ms < 2_000; clock.ms += 10) write(chunk)
    end()

    // A full bucket at first and two seconds of refill.
    const passedBytes = lines.length * 999
    expect(passedBytes).toBeGreaterThan(2.9 * LINE_BYTES_PER_SECOND)
    expect(passedBytes).toBeLessThan(3 * LINE_BYTES_PER_SECOND)
    expect(dropped).toEqual([10_000 - lines.length])
  })

  it('lets empty lines cost something too', () => {
    const { lines, write } = collect()
    write('\n'.repeat(1_000_000))

    expect(lines.length).toBe(LINE_BYTES_PER_SECOND / 64)
  })

  it('tells of drops once a second while the flood lasts, also when it falls silent', () => {
    vi.useFakeTimers()
    try {
      const { dropped, write, lines } = collect()
      write('\n'.repeat(20_000))
      expect(dropped).toEqual([])
      vi.advanceTimersByTime(1_000)

      expect(dropped).toEqual([20_000 - lines.length])
      vi.advanceTimersByTime(10_000)
      expect(dropped.length).toBe(1)
    } finally {
      vi.useRealTimers()
    }
  })

  it('keeps the last five lines for a crash report, dropped and unfinished ones too', () => {
    const { collector, write } = collect()
    expect(collector.lastLines()).toEqual([])
    write('\n'.repeat(20_000))
    write('1\n2\n3\n4\n5\nTypeError: half a')

    expect(collector.lastLines()).toEqual(['2', '3', '4', '5', 'TypeError: half a'])
  })

  it('keeps the error for a crash report, and not the stack below it', () => {
    const { collector, lines, write } = collect()
    const stack = Array.from({ length: 20 }, (_, i) => `    at f${i} (a.js:1:1)`)
    write(`${['one', 'Error: oh', ...stack, '', 'Node.js v20.20.2', ''].join('\n')}`)

    expect(collector.lastLines()).toEqual(['one', 'Error: oh', '    at f0 (a.js:1:1)'])
    expect(lines).toHaveLength(24)
  })

  it('ends once, whether the stream ends, closes or breaks', () => {
    const { stream, lines, write } = collect()
    write('a\nb')
    stream.emit('error', new Error('EPIPE'))
    stream.emit('end')
    stream.emit('close')

    expect(lines).toEqual(['a', 'b'])
  })
})
