/**
 * A large frame is not put together: it lies in the chunks that brought it, and leaves as it lies. Header and head are
 * in the first; [start, end) then reaches past the end of those bytes, and what follows them is kept here. Whoever only
 * reads and rewrites heads need not know. Traced frames, whose trailer is read, are always whole.
 */
const NOTHING: readonly Uint8Array[] = []

const rests = new WeakMap<Uint8Array, readonly Uint8Array[]>()

/** The frame that begins in `first` and reaches past its end goes on with these. There is one such frame at most. */
export function setRest(first: Uint8Array, rest: readonly Uint8Array[]): void {
  rests.set(first, rest)
}

/** What follows `bytes` in a frame that ends at `end`, counted from where `bytes` begin. */
export function restOf(bytes: Uint8Array, end: number): readonly Uint8Array[] {
  return end > bytes.length ? rests.get(bytes)! : NOTHING
}

/** Copies the frame at [start, end) of `bytes`, all of its parts, to `to` at `at`. */
export function copyFrame(bytes: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  const first = bytes.subarray(start, end)
  to.set(first, at)
  let next = at + first.length
  for (const part of restOf(bytes, end)) {
    to.set(part, next)
    next += part.length
  }
}
