import { describe, expect, it } from 'vitest'
import { Jobs } from '../../src/roles/jobs.ts'
import { TRACE_BYTES_MAX, TRACED } from '../../src/wire/frame.ts'
import { fakeDownstream } from '../support/fake-downstream.ts'
import { requestFrame } from '../support/stranger.ts'

const NONE = new Uint8Array(0)

/** Each on a connection of its own, so that stream ids may repeat. */
function add(jobs: Jobs, streamId: number): number {
  return jobs.add(fakeDownstream(), streamId, NONE, 0, 0, 0, 1_000)
}

describe('the jobs of a server', () => {
  it('hold no place for those that were dropped, however many', () => {
    const jobs = new Jobs()
    const running = add(jobs, 1)
    for (let i = 0; i < 70_000; i++) jobs.drop(add(jobs, 2))

    expect(add(jobs, 3)).toBeGreaterThanOrEqual(0)
    expect(jobs.owed()).toBe(2)
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

  it('count for the downstream as what their answers may come to: a traced one with a trailer', () => {
    const [jobs, from] = [new Jobs(), fakeDownstream()]
    const traced = requestFrame(1, { flags: TRACED })
    jobs.add(from, 1, traced, 0, traced.length, 0, 1_000)

    expect(from.streams.liveBytes).toBe(traced.length + TRACE_BYTES_MAX)
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
})
