/**
 * Chance, handed in: a seed replays a run. The generator is sfc32 (Chris Doty-Humphrey's PractRand), 128 bits of
 * state, integer arithmetic alone, so that every Node.js version draws the same numbers.
 */
export interface Rng {
  /** Uniform in [0, 1), 32 bits of resolution. */
  float(): number
  /** Uniform integer in [0, bound); bound is an integer from 1 to 2^32. */
  int(bound: number): number
  /** An independent stream, fixed by this one's seed and the label, whatever was drawn here before. */
  fork(label: string): Rng
}

/** A generator whose whole sequence is fixed by the seed. */
export function makeRng(seed: string | number): Rng {
  const key = String(seed)
  const next = makeSfc32(hash32(key, 1), hash32(key, 2), hash32(key, 3))
  const float = () => next() / 0x1_0000_0000
  return {
    float,
    int: bound => Math.floor(float() * bound),
    fork: label => makeRng(`${key}/${label}`),
  }
}

function makeSfc32(a: number, b: number, c: number): () => number {
  let counter = 1
  const next = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let i = 0; i < 12; i++) next() // the author's count of rounds that mix the seed through the state
  return next
}

/** FNV-1a over UTF-16 units, finished with murmur3's mixer: cheap, and well spread for seeds and for keys. */
export function hash32(text: string, salt = 0): number {
  let hash = (0x811c9dc5 ^ Math.imul(salt, 0x9e3779b1)) | 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return mix32(hash)
}

/** murmur3's finisher: another 32-bit integer for each, every bit of it depending on every bit of the given one. */
export function mix32(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
