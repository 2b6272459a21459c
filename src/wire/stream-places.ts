/**
 * The receiver's side of stream ids: which slot of ours serves the stream that the peer calls by this id. No two live
 * streams of a connection share their low 16 bits (PROTOCOL.md), so that an array does for a map.
 */
import { assert } from '../base/assert.ts'

const PLACES_MAX = 65_536

export class StreamPlaces {
  live = 0
  /** Of the requests of all live streams together. */
  liveBytes = 0
  /** Slot + 1 by place; 0: free. */
  private slots = new Uint16Array(64)
  /** The size of each live stream's request. */
  private sizes = new Uint32Array(64)

  /** The place must be free (`slotAt` says -1) and must be one, not 0. */
  occupy(streamId: number, slot: number, bytes: number): void {
    const place = streamId & 0xffff
    if (place >= this.slots.length) this.widen(place)
    assert(place !== 0 && this.slots[place] === 0, 'a stream takes a free place')
    this.slots[place] = slot + 1
    this.sizes[place] = bytes
    this.live++
    this.liveBytes += bytes
  }

  /** The slot at the stream's place, or -1. The caller compares the whole id, which the place alone does not tell. */
  slotAt(streamId: number): number {
    return (this.slots[streamId & 0xffff] ?? 0) - 1
  }

  vacate(streamId: number): void {
    const place = streamId & 0xffff
    this.slots[place] = 0
    this.live--
    this.liveBytes -= this.sizes[place]!
  }

  /** Every slot that serves a stream of this connection. */
  forEach(visit: (slot: number) => void): void {
    for (let place = 0; place < this.slots.length && this.live > 0; place++) {
      const slot = this.slots[place]! - 1
      if (slot >= 0) visit(slot)
    }
  }

  private widen(place: number): void {
    let length = this.slots.length
    while (length <= place) length *= 2
    length = Math.min(length, PLACES_MAX)
    const [slots, sizes] = [new Uint16Array(length), new Uint32Array(length)]
    slots.set(this.slots)
    sizes.set(this.sizes)
    this.slots = slots
    this.sizes = sizes
  }
}
