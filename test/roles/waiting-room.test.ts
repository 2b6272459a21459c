import { describe, expect, it } from 'vitest'
import { InFlight } from '../../src/roles/in-flight.ts'
import { WaitingRoom } from '../../src/roles/waiting-room.ts'
import type { QueueSpec } from '../../src/topology/types.ts'
import { fakeDownstream } from '../support/fake-downstream.ts'
import { requestFrame } from '../support/stranger.ts'

const QUEUE: QueueSpec = { queueMax: 1_000, queueDiscipline: 'fifo', queueTargetMs: 5, queueIntervalMs: 100 }
const MIB = 1_048_576

function setUp(queue: Partial<QueueSpec> = {}) {
  const inFlight = new InFlight(2_000)
  const from = fakeDownstream()
  const seen = { shed: [] as number[], crowds: [] as boolean[] }
  const room: WaitingRoom = new WaitingRoom(
    inFlight,
    { ...QUEUE, ...queue },
    slot => seen.shed.push(slot),
    () => seen.crowds.push(room.isCrowded),
  )
  let next = 1
  const add = (size: number, bytes = new Uint8Array(size), start = 0, nowMs = 0) => {
    const frame = requestFrame(next++)
    const slot = inFlight.take(from, frame, 0, frame.length, nowMs, 5_000)
    inFlight.hold(slot, bytes, start, start + size)
    room.push(slot, nowMs)
    return slot
  }
  return { inFlight, room, add, ...seen }
}

describe('a forwarder’s waiting room', () => {
  it('lets go in the order of coming, and whoever leaves is not called', () => {
    const { room, add } = setUp()
    const [one, two, three] = [add(100), add(100), add(100)]
    room.remove(two)

    expect(room.length).toBe(2)
    expect([room.next(1), room.next(1), room.next(1)]).toEqual([one, three, -1])
  })

  it('has room for as many as the queue, and after a change for as many as that says', () => {
    const { room, add } = setUp({ queueMax: 2 })
    add(100)
    const before = room.hasRoom()
    add(100)
    const full = room.hasRoom()
    room.apply({ ...QUEUE, queueMax: 3 })

    expect([before, full, room.hasRoom()]).toEqual([true, false, true])
  })

  it('has no room for more than 32 MiB, and is crowded from 2 MiB on, told once each way', () => {
    const { room, add, crowds } = setUp()
    const first = add(MIB)
    const early = room.isCrowded
    const slots = Array.from({ length: 31 }, () => add(MIB))
    const full = room.hasRoom()
    room.remove(first)
    room.remove(first)
    const roomAgain = room.hasRoom()
    for (const slot of slots) room.remove(slot)

    expect([early, full, roomAgain]).toEqual([false, false, true])
    expect(crowds).toEqual([true, false])
  })

  it('counts the bytes of those that it gave up and of those that were called as gone', () => {
    const { room, add, crowds, shed } = setUp({ queueDiscipline: 'codel' })
    const slots = Array.from({ length: 3 }, () => add(MIB))
    const called = room.next(200)

    expect([shed, called]).toEqual([slots.slice(0, 2), slots[2]])
    expect(crowds).toEqual([true, false])
  })

  it('keeps a small frame as a copy, so that what came with it is let go, and a large one where it lies', () => {
    const { inFlight, add } = setUp()
    const chunk = Buffer.alloc(65_536, 'abc')
    const small = add(90, chunk, 30)
    const large = add(20_000, chunk, 200)
    const whole = new Uint8Array(50)
    const alone = add(50, whole)
    chunk.fill(0, 0, 150)

    expect(inFlight.bytes[small]!.buffer.byteLength).toBe(90)
    expect([inFlight.start[small], inFlight.end[small]]).toEqual([0, 90])
    expect(Buffer.from(inFlight.bytes[small]!).toString()).toBe('abc'.repeat(30))
    expect([inFlight.bytes[large], inFlight.bytes[alone]]).toEqual([chunk, whole])
  })
})
