import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LogWriter, WAITING_BYTES_MAX } from '../../src/supervise/log-writer.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A pipe with so much room, and what came out of it. */
function makePipe(room = Number.POSITIVE_INFINITY) {
  const pipe = { room, text: '', puts: 0, isBroken: false }
  const writer = new LogWriter({
    put: bytes => {
      pipe.puts++
      if (pipe.isBroken) throw new Error('EPIPE')
      const taken = Math.min(bytes.length, pipe.room)
      pipe.room -= taken
      pipe.text += Buffer.from(bytes.subarray(0, taken)).toString('latin1')
      return taken
    },
    gapLine: count => `${count} dropped`,
  })
  return { pipe, writer, lines: () => pipe.text.split('\n').slice(0, -1) }
}

describe('the writer of a log', () => {
  it('writes all lines of a turn in one go', () => {
    const { pipe, writer, lines } = makePipe()
    for (const line of ['a', 'b', 'c']) writer.write(line)
    expect(pipe.puts).toBe(0)
    vi.advanceTimersByTime(0)

    expect([pipe.puts, lines()]).toEqual([1, ['a', 'b', 'c']])
  })

  it('tries again while the pipe is full, and splits a line where it must', () => {
    const { pipe, writer, lines } = makePipe(3)
    writer.write('abcdef')
    vi.advanceTimersByTime(0)
    expect(pipe.text).toBe('abc')
    writer.write('gh')
    vi.advanceTimersByTime(20)
    expect(pipe.text).toBe('abc')
    pipe.room = 100
    vi.advanceTimersByTime(20)

    expect(lines()).toEqual(['abcdef', 'gh'])
  })

  it('does nothing while nothing waits', () => {
    const { pipe, writer } = makePipe()
    writer.write('a')
    vi.advanceTimersByTime(10_000)

    expect([pipe.puts, vi.getTimerCount()]).toEqual([1, 0])
  })

  it('holds no more than 256 KiB, counts what it drops, and says so where it was', () => {
    const { pipe, writer, lines } = makePipe(0)
    const line = 'x'.repeat(1_023)
    for (let i = 0; i < 1_000; i++) writer.write(line)
    vi.advanceTimersByTime(1_000)
    pipe.room = Number.POSITIVE_INFINITY
    vi.advanceTimersByTime(20)
    writer.write('after')
    vi.advanceTimersByTime(20)

    const held = WAITING_BYTES_MAX / 1_024
    expect(lines().length).toBe(held + 2)
    expect(lines().slice(held)).toEqual([`${1_000 - held} dropped`, 'after'])
  })

  it('takes lines anew only when half of the room is free, so that the drops of one flood are told in one line', () => {
    const { pipe, writer, lines } = makePipe(0)
    const line = 'x'.repeat(1_023)
    for (let i = 0; i < 300; i++) writer.write(line)
    for (let i = 0; i < 127; i++) {
      pipe.room += 1_024
      vi.advanceTimersByTime(20)
      writer.write(line)
    }
    expect(lines().length).toBe(127)
    pipe.room = Number.POSITIVE_INFINITY
    vi.advanceTimersByTime(20)

    expect(lines().filter(each => each !== line)).toEqual([`${300 - 256 + 127} dropped`])
  })

  it('tells of a line that was too long for it altogether', () => {
    const { writer, lines } = makePipe()
    writer.write('x'.repeat(WAITING_BYTES_MAX))
    vi.advanceTimersByTime(0)

    expect(lines()).toEqual(['1 dropped'])
  })

  it('waits at an end for a reader that is busy, so that the last line is there', () => {
    let [text, calls] = ['', 0]
    const put = (bytes: Uint8Array) => {
      // Each second time the reader has made room for a little.
      const taken = calls++ % 2 === 0 ? 0 : Math.min(bytes.length, 4)
      text += Buffer.from(bytes.subarray(0, taken)).toString()
      return taken
    }
    const writer = new LogWriter({ put, gapLine: count => `${count} dropped` })
    for (const line of ['abc', 'def', 'the last']) writer.write(line)
    writer.end()

    expect(text).toBe('abc\ndef\nthe last\n')
  })

  it('does not wait long at an end for one that reads nothing', () => {
    const { pipe, writer } = makePipe(5)
    for (const line of ['abc', 'def', 'ghi']) writer.write(line)
    writer.end()

    expect(pipe.text).toBe('abc\nd')
    expect(pipe.puts).toBeLessThan(50)
  })

  it('gives up a pipe that nobody will read again', () => {
    const { pipe, writer } = makePipe()
    pipe.isBroken = true
    writer.write('a')
    vi.advanceTimersByTime(20)
    writer.write('b')
    vi.advanceTimersByTime(10_000)

    expect([pipe.puts, pipe.text, vi.getTimerCount()]).toEqual([1, '', 0])
  })

  it('loses, doubles and mixes up no byte, however the pipe takes them', () => {
    const step = fc.oneof(fc.record({ line: fc.string({ maxLength: 2_000 }) }), fc.record({ room: fc.nat(5_000) }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), steps => {
        const { pipe, writer, lines } = makePipe(0)
        const written: string[] = []
        for (const each of steps) {
          if ('room' in each) pipe.room += each.room
          else {
            written.push(each.line.replace(/[^ -~]/g, '?'))
            writer.write(written.at(-1)!)
          }
          vi.advanceTimersByTime(20)
        }
        pipe.room = Number.POSITIVE_INFINITY
        writer.end()

        expect(lines()).toEqual(written)
      }),
    )
  })
})
