import { describe, expect, it } from 'vitest'
import { NO_CLIENT_COUNTS, NO_NODE_COUNTS } from '../../src/stats/totals.ts'
import { AccountBook } from '../../src/supervise/account-book.ts'
import type { Counters } from '../../src/supervise/messages.ts'

const node = (received: number, inFlight = 0): Counters => {
  const answered = received - inFlight
  return { kind: 'node', counters: { ...NO_NODE_COUNTS, received, answered, inFlight } }
}
const clients = (sent: number, pending = 0): Counters => {
  return { kind: 'clients', counters: { ...NO_CLIENT_COUNTS, sent, answered: sent - pending, pending } }
}

describe('the account of a node', () => {
  it('sums the lives that are over and those that go on', () => {
    const book = new AccountBook()
    book.bury(node(10), true)
    book.bury(node(5), true)

    expect(book.nodeTotal([node(3, 1), node(2)])).toMatchObject({ received: 20, answered: 19, inFlight: 1, failed: 0 })
    expect(book.nodeTotal([])).toMatchObject({ received: 15, answered: 15 })
    expect(book.isApproximate).toBe(false)
  })

  it('counts what a dead life held as failed, so that the sum adds up', () => {
    const book = new AccountBook()
    book.bury(node(10, 4), false)

    expect(book.nodeTotal([node(1)])).toMatchObject({
      received: 11,
      answered: 7,
      failed: 4,
      inFlight: 0,
      failedBy: { crashed: 4 },
    })
  })

  it('can be had without its times', () => {
    const book = new AccountBook()
    const timed = { kind: 'node' as const, counters: { ...NO_NODE_COUNTS, received: 2, answered: 2, latency: [7, 2] } }
    book.bury(timed, true)

    expect(book.nodeCounts([timed, clients(9)])).toEqual({ ...book.nodeTotal([timed]), latency: [] })
    expect(book.nodeTotal([timed]).latency).toEqual([7, 4])
  })

  it('is approximate for good after one life without a last word, even one that never spoke', () => {
    const book = new AccountBook()
    book.bury(null, false)
    book.bury(node(10), true)

    expect([book.isApproximate, book.nodeTotal([]).received]).toEqual([true, 10])
  })
})

describe('the account of the clients', () => {
  it('is kept apart, by the same rules', () => {
    const book = new AccountBook()
    book.bury(clients(10, 2), false)

    expect(book.clientTotal([clients(5, 1), node(99)])).toMatchObject({
      sent: 15,
      answered: 12,
      failed: 2,
      pending: 1,
      failedBy: { crashed: 2 },
    })
    expect(book.clientCounts([clients(5, 1), node(99)])).toEqual(book.clientTotal([clients(5, 1)]))
    expect([book.nodeTotal([]).received, book.isApproximate]).toEqual([0, true])
  })
})
