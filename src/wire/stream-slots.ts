/**
 * Stream ids without a map: an id is an index (low 16 bits) into arrays and the generation (high 16 bits) of that
 * place. Whoever sends requests numbers them here; an answer finds its place by one array access, and an answer to
 * an earlier use of the place is told from the present one by the generation.
 */
import { assert } from '../base/assert.ts'

export const SLOTS_MAX = 65_535
/** Slots used in turn even where fewer would do: 65 536 uses of each, and an id may come back. */
const SPREAD = 256
export const slotOf = (streamId: number): number => streamId & 0xffff

export class StreamSlots {
  /** Slots in use. */
  used = 0
  /** 1 + the highest slot ever used: arrays beside this one need no more places. */
  size = 0
  private max: number
  private generations = new Uint16Array(SPREAD)
  private live = new Uint8Array(SPREAD)
  /** A ring: the slot that has been free for longest comes first, so that an id comes back as late as it can. */
  private free = new Uint16Array(SPREAD)
  private freeHead = 0
  private freeCount = 0

  /** `max`: how many may be in use at a time, up to SLOTS_MAX. */
  constructor(max: number) {
    this.max = checkedMax(max)
  }

  /** Slots above a lowered limit stay in use until they are released. */
  setMax(max: number): void {
    this.max = checkedMax(max)
  }

  /** A free slot, or -1 when as many as the limit are in use. */
  take(): number {
    if (this.used >= this.max) return -1
    this.used++
    const slot = this.freeCount === 0 || this.size < Math.min(SPREAD, this.max) ? this.grow() : this.takeFree()
    this.live[slot] = 1
    return slot
  }

  /** Frees the slot; its present id is not valid again within 65 536 uses. */
  release(slot: number): void {
    // A constant sentence: one made of the slot would be made on every request.
    assert(this.live[slot] === 1, 'a slot is released once')
    this.live[slot] = 0
    this.generations[slot]!++
    this.free[(this.freeHead + this.freeCount++) % this.free.length] = slot
    this.used--
  }

  /** A new id for a slot in use: answers to its present one do not find it any more. */
  renew(slot: number): void {
    assert(this.live[slot] === 1, 'only a slot in use is renewed')
    this.generations[slot]!++
  }

  /** The id that goes on the wire for the slot's present use. Never 0: that is the connection itself. */
  idOf(slot: number): number {
    return ((this.generations[slot]! << 16) | (slot + 1)) >>> 0
  }

  /** The slot that this id means now, or -1 for an id of an earlier use or of none. */
  find(streamId: number): number {
    const slot = slotOf(streamId) - 1
    if (slot < 0 || slot >= this.size) return -1
    return this.live[slot] === 1 && this.generations[slot] === streamId >>> 16 ? slot : -1
  }

  private takeFree(): number {
    const slot = this.free[this.freeHead]!
    this.freeHead = (this.freeHead + 1) % this.free.length
    this.freeCount--
    return slot
  }

  /** Only with an empty ring past SPREAD, so that the ring need not be laid out anew. */
  private grow(): number {
    const slot = this.size++
    if (slot < this.generations.length) return slot
    const length = Math.min(this.generations.length * 2, SLOTS_MAX + 1)
    this.generations = copyInto(new Uint16Array(length), this.generations)
    this.live = copyInto(new Uint8Array(length), this.live)
    this.free = new Uint16Array(length)
    this.freeHead = 0
    return slot
  }
}

/** One slot more than SLOTS_MAX would have an id that means the connection. */
function checkedMax(max: number): number {
  assert(max >= 1 && max <= SLOTS_MAX, `between 1 and ${SLOTS_MAX} slots, not ${max}`)
  return max
}

function copyInto<T extends Uint16Array | Uint8Array>(larger: T, smaller: T): T {
  larger.set(smaller)
  return larger
}
