import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { heading, joinParts, paragraph } from '../../src/lab/text-parts.ts'

const paper = (columns: number) => ({ chalk: new Chalk({ level: 0 }), columns })

describe('heading', () => {
  it('puts the note beside the title where there is room, else below', () => {
    expect(heading('Latency', 'closed loop · 64 B', paper(28))).toEqual(['Latency · closed loop · 64 B'])
    expect(heading('Latency', 'closed loop · 64 B', paper(27))).toEqual(['Latency', 'closed loop · 64 B'])
    expect(heading('Latency', 'closed loop · 64 B', paper(12))).toEqual(['Latency', 'closed loop', '64 B'])
  })
})

describe('joinParts', () => {
  it('breaks between the parts, and within one only where it is too long alone', () => {
    expect(joinParts(['one', 'two', 'three'], 9)).toEqual(['one · two', 'three'])
    expect(joinParts(['one two three', 'four'], 9)).toEqual(['one two', 'three', 'four'])
    expect(joinParts([], 9)).toEqual([])
  })
})

describe('paragraph', () => {
  it('hangs from its sign', () => {
    expect(paragraph('⚠ ', 'one two three four five six', 'warn', paper(24))).toEqual([
      '⚠ one two three four',
      '  five six',
    ])
  })
})
