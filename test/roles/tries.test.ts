import { describe, expect, it } from 'vitest'
import { Tries } from '../../src/roles/tries.ts'

/** A link that says when it is told to when the last of what was written to it leaves. */
function makeLink() {
  let tell: (nowMs: number) => void = () => {}
  return {
    onceLeaving: (next: (nowMs: number) => void) => {
      tell = next
    },
    leave: (nowMs: number) => tell(nowMs),
  }
}

describe('the attempts of a traced request', () => {
  it('are told once, in order, and each of its own slot', () => {
    const tries = new Tries()
    const [link, other] = [makeLink(), makeLink()]
    tries.begin(3, link, 10)
    tries.end(3, { node: 'a', code: 2, ms: 1 })
    tries.begin(4, other, 10)
    tries.begin(3, link, 11)
    link.leave(11.5)
    other.leave(10.5)
    tries.end(4, { node: 'x', code: 0, ms: 5 })
    tries.end(3, { node: 'b', code: 0, ms: 2 })

    const [a, b] = [
      { node: 'a', code: 2, ms: 1 },
      { node: 'b', code: 0, ms: 2 },
    ]
    expect(tries.take(3)).toEqual({ attempts: [a, b], leftMs: 11.5 })
    expect(tries.take(3)).toEqual({ attempts: [] })
    expect(tries.take(4)).toEqual({ attempts: [{ node: 'x', code: 0, ms: 5 }], leftMs: 10.5 })
    expect(tries.take(5)).toEqual({ attempts: [] })
  })

  it('tell when the last one left, not when one before it did that leaves later', () => {
    const tries = new Tries()
    const [slow, fast] = [makeLink(), makeLink()]
    tries.begin(3, slow, 10)
    tries.end(3, { node: 'a', code: 2, ms: 1 })
    tries.begin(3, fast, 11)
    fast.leave(12)
    slow.leave(13)

    expect(tries.take(3).leftMs).toBe(12)
  })

  it('left when they were begun, of those that never leave', () => {
    const tries = new Tries()
    tries.begin(3, makeLink(), 10)
    tries.end(3, { node: 'a', code: 4, ms: 0 })

    expect(tries.take(3).leftMs).toBe(10)
  })
})
