import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StreamPlaces } from '../../src/wire/stream-places.ts'

const visited = (places: StreamPlaces) => {
  const slots: number[] = []
  places.forEach(slot => {
    slots.push(slot)
  })
  return slots
}

describe('StreamPlaces', () => {
  it('tells the slot of a stream while it is there, and -1 before and after', () => {
    const places = new StreamPlaces()

    expect(places.slotAt(7)).toBe(-1)
    places.occupy(7, 0, 100)
    expect([places.slotAt(7), places.live]).toEqual([0, 1])

    places.vacate(7)

    expect([places.slotAt(7), places.live]).toEqual([-1, 0])
    places.occupy(7, 5, 100)
    expect(places.slotAt(7)).toBe(5)
  })

  it('sums the sizes of the live requests, also as it grows', () => {
    const places = new StreamPlaces()
    places.occupy(1, 0, 1_048_600)
    places.occupy(50_000, 1, 24)
    const both = places.liveBytes
    places.vacate(1)

    expect([both, places.liveBytes]).toEqual([1_048_624, 24])
    places.vacate(50_000)
    expect(places.liveBytes).toBe(0)
  })

  it('throws for a stream whose low 16 bits are those of a live one, and keeps the live one', () => {
    const places = new StreamPlaces()
    places.occupy(0x0001_0007, 3, 100)

    expect(() => places.occupy(0x0001_0007, 4, 100)).toThrow('free place')
    expect(() => places.occupy(0x0002_0007, 4, 100)).toThrow('free place')
    expect([places.slotAt(0x0001_0007), places.live]).toEqual([3, 1])
  })

  it.each([0, 0x0001_0000, 0xffff_0000])('throws for stream %d, which stands at place 0', streamId => {
    const places = new StreamPlaces()

    expect(() => places.occupy(streamId, 1, 100)).toThrow('free place')
    expect([places.slotAt(streamId), places.live]).toEqual([-1, 0])
  })

  it('takes every place from 1 to 65 535 and slots up to 65 534', () => {
    const places = new StreamPlaces()
    for (let place = 65_535; place >= 1; place--) places.occupy(place, place - 1, 100)

    expect(places.live).toBe(65_535)
    expect(visited(places)).toEqual(Array.from({ length: 65_535 }, (_, i) => i))
    expect(places.slotAt(0xffff_ffff)).toBe(65_534)
  })

  it('visits every slot also when the visit vacates its stream', () => {
    const places = new StreamPlaces()
    const idOfSlot = new Map([
      [10, 5],
      [11, 400],
      [12, 60_000],
    ])
    for (const [slot, id] of idOfSlot) places.occupy(id, slot, 100)
    const slots: number[] = []

    places.forEach(slot => {
      slots.push(slot)
      places.vacate(idOfSlot.get(slot)!)
    })

    expect(slots).toEqual([10, 11, 12])
    expect([places.live, visited(places)]).toEqual([0, []])
  })

  it('agrees with a map, whatever comes and goes', () => {
    const id = fc.integer({ min: 0, max: 0xffff_ffff }).map(id => (id & 0xffff_0000) + (id % 300) * 200)
    fc.assert(
      fc.property(fc.array(fc.tuple(id, fc.boolean()), { maxLength: 300 }), steps => {
        const places = new StreamPlaces()
        const model = new Map<number, number>()
        steps.forEach(([streamId, isComing], slot) => {
          const place = (streamId & 0xffff) >>> 0
          if (isComing) {
            const isFree = place !== 0 && !model.has(place)
            if (isFree) places.occupy(streamId, slot, 100)
            else expect(() => places.occupy(streamId, slot, 100)).toThrow('free place')
            if (isFree) model.set(place, slot)
          } else if (model.delete(place)) places.vacate(streamId)
          expect(places.slotAt(streamId)).toBe(model.get(place) ?? -1)
        })

        expect(places.live).toBe(model.size)
        expect(visited(places).sort((a, b) => a - b)).toEqual([...model.values()].sort((a, b) => a - b))
      }),
    )
  })
})
