import { describe, expect, it } from 'vitest'
import { Outbox } from '../../src/link/outbox.ts'
import { makeVirtualClock } from '../support/virtual-clock.ts'

describe('the outbox', () => {
  it('flushes every writer of a turn once, in order, when the turn ends', () => {
    const clock = makeVirtualClock()
    const outbox = new Outbox(clock)
    const flushed: string[] = []

    outbox.add({ flush: () => flushed.push('a') })
    outbox.add({ flush: () => flushed.push('b') })
    const early = [...flushed]
    clock.settle()

    expect(early).toEqual([])
    expect(flushed).toEqual(['a', 'b'])
    clock.settle()
    expect(flushed).toEqual(['a', 'b'])
  })

  it('keeps what a flush adds for the next turn', () => {
    const clock = makeVirtualClock()
    const outbox = new Outbox(clock)
    const flushed: string[] = []
    const second = { flush: () => flushed.push('second') }

    outbox.add({
      flush: () => {
        outbox.add(second)
        flushed.push('first')
      },
    })
    clock.settle()

    expect(flushed).toEqual(['first', 'second'])
  })
})
