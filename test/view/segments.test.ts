import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { joinSegments } from '../../src/view/segments.ts'

const PLAIN = new Chalk({ level: 0 })
const SEGMENTS = [
  { text: 'udsim', priority: 2 },
  { text: 'generation 3', priority: 1 },
  { text: '9/9 up', priority: 3 },
]

describe('segments', () => {
  it.each([
    [40, 'udsim · generation 3 · 9/9 up'],
    [29, 'udsim · generation 3 · 9/9 up'],
    [28, 'udsim · 9/9 up'],
    [13, '9/9 up'],
    [4, '9/9…'],
  ])('in %i cells are %j', (width, line) => {
    expect(joinSegments(SEGMENTS, width, PLAIN)).toBe(line)
  })

  it.each([
    [40, 'failed 4 (timeout) · pending 2'],
    [30, 'failed 4 (timeout) · pending 2'],
    [29, 'failed 4 · pending 2'],
    [8, 'failed 4'],
  ])('in %i cells have an aside without a dot before it: %j', (width, line) => {
    const segments = [
      { text: 'failed 4', priority: 3 },
      { text: '(timeout)', priority: 1, isAside: true },
      { text: 'pending 2', priority: 2 },
    ]
    expect(joinSegments(segments, width, PLAIN)).toBe(line)
  })

  it('show what to press, strong, before what it does', () => {
    const keys = [{ key: 'q', text: 'quit', priority: 1, style: 'dim' as const }]
    expect(joinSegments(keys, 6, PLAIN)).toBe('q quit')
    expect(joinSegments(keys, 5, PLAIN)).toBe('q qu…')
    expect(joinSegments(keys, 6, new Chalk({ level: 1 }))).toBe('\x1b[1mq\x1b[22m \x1b[2mquit\x1b[22m')
  })

  it('take their own colours, the dots none of theirs', () => {
    const line = joinSegments(
      [
        { text: 'a', priority: 1, style: 'bad' },
        { text: 'b', priority: 2 },
      ],
      20,
      new Chalk({ level: 1 }),
    )
    expect(line).toBe('\x1b[31ma\x1b[39m\x1b[2m · \x1b[22mb')
  })
})
