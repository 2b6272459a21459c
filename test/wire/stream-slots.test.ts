import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SLOTS_MAX, StreamSlots, slotOf } from '../../src/wire/stream-slots.ts'

const takeMany = (slots: StreamSlots, count: number) => Array.from({ length: count }, () => slots.take())

describe('StreamSlots', () => {
  it('numbers slots from 0, and ids from 1, since 0 is the connection', () => {
    const slots = new StreamSlots(10)

    expect(takeMany(slots, 3)).toEqual([0, 1, 2])
    expect([0, 1, 2].map(slot => slots.idOf(slot))).toEqual([1, 2, 3])
    expect([slots.used, slots.size]).toEqual([3, 3])
  })

  it.each([1, 2, 64, 65, 1_000, SLOTS_MAX])('gives out %d slots and then -1, until one is released', max => {
    const slots = new StreamSlots(max)
    const taken = takeMany(slots, max)

    expect(new Set(taken).size).toBe(max)
    expect(slots.take()).toBe(-1)

    slots.release(taken.at(-1)!)

    expect(slots.take()).toBe(taken.at(-1)!)
    expect(slots.take()).toBe(-1)
    expect([slots.used, slots.size]).toEqual([max, max])
  })

  it('gives each of 65 535 live slots an id of its own, none 0, and finds each by it', () => {
    const slots = new StreamSlots(SLOTS_MAX)
    const ids = takeMany(slots, SLOTS_MAX).map(slot => slots.idOf(slot))

    expect(new Set(ids).size).toBe(SLOTS_MAX)
    expect(ids.filter(id => slotOf(id) === 0)).toEqual([])
    expect(ids.filter((id, slot) => slots.find(id) !== slot)).toEqual([])
  })

  it('finds an id of now, and -1 for one of an earlier use, of a free slot, or of none', () => {
    const slots = new StreamSlots(1)
    const slot = slots.take()
    const first = slots.idOf(slot)

    expect(slots.find(first)).toBe(slot)

    slots.release(slot)

    expect(slots.find(first)).toBe(-1)

    slots.take()

    expect(slots.find(first)).toBe(-1)
    expect(slots.find(slots.idOf(slot))).toBe(slot)
    expect([0, 2, 5, 0xffff, 0xffff_0000, 0xffff_ffff].map(id => slots.find(id))).toEqual([-1, -1, -1, -1, -1, -1])
  })

  it('comes back to the same id after 65 536 uses of a slot, not one before, and never meets 0', () => {
    const slots = new StreamSlots(1)
    const ids = new Set<number>()
    for (let use = 0; use < 65_536; use++) {
      ids.add(slots.idOf(slots.take()))
      slots.release(0)
    }

    expect(ids.size).toBe(65_536)
    expect([...ids].every(id => id > 0 && id <= 0xffff_ffff)).toBe(true)
    expect(slots.idOf(slots.take())).toBe(1)
  })

  it('uses 256 slots in turn before one comes back, so that ids do so as late as they can', () => {
    const slots = new StreamSlots(1_000)
    const turn = Array.from({ length: 257 }, () => {
      const slot = slots.take()
      slots.release(slot)
      return slot
    })

    expect(turn).toEqual([...Array(256).keys(), 0])
  })

  it('keeps slots above a lowered limit until they are released, and gives out none meanwhile', () => {
    const slots = new StreamSlots(4)
    takeMany(slots, 4)

    slots.setMax(2)

    expect([slots.used, slots.take()]).toEqual([4, -1])

    slots.release(0)
    slots.release(1)

    expect(slots.take()).toBe(-1)

    slots.release(3)

    expect([slots.take(), slots.take()]).toEqual([0, -1])

    slots.setMax(5)

    expect(takeMany(slots, 4).filter(slot => slot >= 0).length).toBe(3)
  })

  it('refuses to release a slot twice, and limits that ids cannot number', () => {
    const slots = new StreamSlots(2)
    slots.release(slots.take())

    expect(() => slots.release(0)).toThrow('released once')
    for (const max of [0, -1, SLOTS_MAX + 1, Number.NaN]) {
      expect(() => new StreamSlots(max), `${max}`).toThrow('slots')
      expect(() => slots.setMax(max), `${max}`).toThrow('slots')
    }
  })

  it('agrees with a map of live ids, whatever is taken and released', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { maxLength: 400 }), choices => {
        const slots = new StreamSlots(100)
        const live = new Map<number, number>()
        const past = new Set<number>()
        for (const choice of choices) {
          const victim = [...live][choice % (live.size + 1)]
          if (victim && choice % 2 === 0) {
            slots.release(victim[1])
            live.delete(victim[0])
            past.add(victim[0])
            continue
          }
          const slot = slots.take()
          expect(slot >= 0).toBe(live.size < 100)
          if (slot >= 0) live.set(slots.idOf(slot), slot)
        }

        expect(slots.used).toBe(live.size)
        for (const [id, slot] of live) expect(slots.find(id)).toBe(slot)
        for (const id of past) expect(slots.find(id)).toBe(-1)
      }),
    )
  })

  it('gives a slot in use a new id, by which alone it is found from then on', () => {
    const slots = new StreamSlots(10)
    const slot = slots.take()
    const first = slots.idOf(slot)
    slots.renew(slot)
    const second = slots.idOf(slot)

    expect([slotOf(second), slots.find(first), slots.find(second)]).toEqual([slotOf(first), -1, slot])
    expect(slots.used).toBe(1)
  })

  it('renews no free slot', () => {
    const slots = new StreamSlots(10)
    slots.release(slots.take())

    expect(() => slots.renew(0)).toThrow()
  })
})
