import { describe, expect, it } from 'vitest'
import { Jobs } from '../../src/roles/jobs.ts'
import { fakeDownstream } from '../support/fake-downstream.ts'

const NONE = new Uint8Array(0)

/** Each on a connection of its own, so that stream ids may repeat. */
function add(jobs: Jobs, streamId: number): number {
  return jobs.add(fakeDownstream(), streamId, NONE, 0, 0, 0, 1_000)
}

function enqueue(jobs: Jobs, streamId: number): number {
  const slot = add(jobs, streamId)
  jobs.enqueue(slot)
  return slot
}

describe('the jobs of a server', () => {
  it('wait first come, first served', () => {
    const jobs = new Jobs()
    const slots = [1, 2, 3].map(id => enqueue(jobs, id))

    expect([jobs.dequeue(), jobs.dequeue(), jobs.dequeue(), jobs.dequeue()]).toEqual([...slots, -1])
  })

  it('tell waiting ones from running ones', () => {
    const jobs = new Jobs()
    const running = add(jobs, 1)
    const waiting = enqueue(jobs, 2)

    expect([jobs.isQueued(running), jobs.isQueued(waiting)]).toEqual([false, true])
    expect([jobs.waiting(), jobs.owed()]).toEqual([1, 2])
    jobs.dequeue()
    expect(jobs.isQueued(waiting)).toBe(false)
    expect([jobs.waiting(), jobs.owed()]).toEqual([0, 2])
  })

  it.each([0, 1, 2])('forget number %i of three that nobody wants any more, and keep the order of the others', at => {
    const jobs = new Jobs()
    const slots = [1, 2, 3].map(id => enqueue(jobs, id))
    jobs.drop(slots[at]!)
    const left = [jobs.waiting(), jobs.owed()]
    const late = enqueue(jobs, 4)
    const order = [jobs.dequeue(), jobs.dequeue(), jobs.dequeue(), jobs.dequeue()]

    expect(left).toEqual([2, 2])
    expect(order).toEqual([...slots.filter((_, i) => i !== at), late, -1])
  })

  it('hold no place for those that were cancelled while they waited, however many', () => {
    const jobs = new Jobs()
    const running = add(jobs, 1)
    for (let i = 0; i < 70_000; i++) jobs.drop(enqueue(jobs, 2))

    expect(add(jobs, 3)).toBeGreaterThanOrEqual(0)
    expect([jobs.waiting(), jobs.owed(), jobs.dequeue()]).toEqual([0, 2, -1])
    expect(running).toBe(0)
  })

  it('keep the place of one that runs for nobody', () => {
    const jobs = new Jobs()
    const slot = add(jobs, 1)
    jobs.orphan(slot)

    expect(jobs.owed()).toBe(0)
    expect(add(jobs, 2)).not.toBe(slot)
    jobs.drop(slot)
    expect(jobs.owed()).toBe(1)
  })

  it('hold their stream for the downstream until nobody waits for them', () => {
    const jobs = new Jobs()
    const from = fakeDownstream()
    const [one, two] = [1, 2].map(id => jobs.add(from, id, NONE, 100, 180, 0, 1_000))
    const before = from.streams.live
    jobs.drop(one!)
    jobs.orphan(two!)
    const after = from.streams.live
    jobs.drop(two!)

    expect(before).toBe(2)
    expect(after).toBe(0)
    expect(from.streams.live).toBe(0)
  })

  it('have no more places than a stream id can name', () => {
    const jobs = new Jobs()
    const from = fakeDownstream()
    for (let i = 1; i <= 65_535; i++) jobs.add(from, i, NONE, 0, 0, 0, 1_000)

    expect(add(jobs, 1)).toBe(-1)
    expect(jobs.owed()).toBe(65_535)
  })

  it('keep their order through a queue that never empties', () => {
    const jobs = new Jobs()
    let next = 1
    const out: number[] = []
    for (let i = 0; i < 100; i++) enqueue(jobs, next++)
    for (let i = 0; i < 10_000; i++) {
      enqueue(jobs, next++)
      const slot = jobs.dequeue()
      out.push(jobs.streamId[slot]!)
      jobs.drop(slot)
    }

    expect(out).toEqual(Array.from({ length: 10_000 }, (_, i) => i + 1))
    expect(jobs.waiting()).toBe(100)
  })
})
