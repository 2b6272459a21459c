import { describe, expect, it } from 'vitest'
import { EchoLoop } from '../../src/lab/echo-loop.ts'
import type { OpenWire, WireListener, WirePlan } from '../../src/lab/wire.ts'

/** Wires whose answers a test gives. */
class Hand {
  readonly plans: WirePlan[] = []
  readonly listeners: WireListener[] = []
  readonly sent: number[][] = []
  closed = 0
  failsFrom = Infinity

  readonly open: OpenWire = async (plan, listener) => {
    if (this.plans.length >= this.failsFrom) throw new Error('refused')
    this.plans.push(plan)
    this.listeners.push(listener)
    const sent: number[] = []
    this.sent.push(sent)
    return { send: count => sent.push(count), close: () => this.closed++ }
  }
}

async function opened(outstanding: number, connections = 1) {
  const hand = new Hand()
  const loop = await EchoLoop.open(hand.open, { outstanding, connections, payloadBytes: 64 })
  return { hand, loop }
}

describe('EchoLoop', () => {
  it('sends as much as is to be outstanding, and for each answer one more', async () => {
    const { hand, loop } = await opened(8)
    loop.begin()
    hand.listeners[0]!.onAnswers(3)
    hand.listeners[0]!.onAnswers(1)

    expect(hand.sent).toEqual([[8, 3, 1]])
    expect(loop.histogram.count).toBe(4)
  })

  it('shares what is outstanding out among its connections', async () => {
    const { hand, loop } = await opened(64, 4)
    loop.begin()
    hand.listeners[2]!.onAnswers(5)

    expect(hand.plans).toEqual(Array(4).fill({ outstanding: 16, payloadBytes: 64 }))
    expect(hand.sent).toEqual([[16], [16], [16, 5], [16]])
  })

  it('times each payload from its own sending', async () => {
    const { hand, loop } = await opened(2)
    loop.begin()
    await new Promise(resolve => setTimeout(resolve, 15))
    hand.listeners[0]!.onAnswers(1) // sent again now
    hand.listeners[0]!.onAnswers(1) // the second of the first two
    const first = loop.histogram
    loop.histogram = new (first.constructor as new () => typeof first)()
    hand.listeners[0]!.onAnswers(1)

    expect(first.percentileUs(0)).toBeGreaterThan(10_000)
    expect(loop.histogram.percentileUs(1)).toBeLessThan(10_000)
  })

  it('ends when the last answer is there, and sends nothing meanwhile', async () => {
    const { hand, loop } = await opened(3)
    loop.begin()
    let isOver = false
    const finished = loop.finish().then(() => {
      isOver = true
    })
    hand.listeners[0]!.onAnswers(2)
    await Promise.resolve()
    expect(isOver).toBe(false)
    hand.listeners[0]!.onAnswers(1)
    await finished

    expect(hand.sent).toEqual([[3]])
  })

  it('fails where a wire broke instead of waiting for ever', async () => {
    const { hand, loop } = await opened(3)
    loop.begin()
    hand.listeners[0]!.onLost('the connection closed')

    await expect(loop.finish()).rejects.toThrow('the connection closed')
  })

  it('leaves no wire where one cannot be opened', async () => {
    const hand = new Hand()
    hand.failsFrom = 2

    await expect(EchoLoop.open(hand.open, { outstanding: 4, connections: 4, payloadBytes: 1 })).rejects.toThrow(
      'refused',
    )
    expect(hand.closed).toBe(2)
  })
})
