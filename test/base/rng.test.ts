import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hash32, makeRng, type Rng } from '../../src/base/rng.ts'
import { makeScriptedRng } from '../support/scripted-rng.ts'

const draw = (rng: Rng, count: number) => Array.from({ length: count }, () => rng.int(0x1_0000_0000))

describe('makeRng', () => {
  it('draws the same four numbers from seed 42 on every version of Node.js', () => {
    expect(draw(makeRng(42), 4)).toEqual([1996999453, 4056579850, 2056504402, 3623688935])
  })

  it('draws one sequence per seed, given as number or text', () => {
    expect(draw(makeRng('7'), 50)).toEqual(draw(makeRng(7), 50))
    expect(draw(makeRng(8), 50)).not.toEqual(draw(makeRng(7), 50))
  })

  it('forks a stream that no draw from the parent changes', () => {
    const fresh = makeRng('seed')
    const used = makeRng('seed')
    draw(used, 1_000)

    expect(draw(used.fork('policy'), 20)).toEqual(draw(fresh.fork('policy'), 20))
  })

  it('forks another stream per label, none of them the parent', () => {
    const rng = makeRng('seed')
    const streams = [rng, rng.fork('a'), rng.fork('b'), rng.fork('a').fork('b')].map(each => draw(each, 8).join())

    expect(new Set(streams).size).toBe(4)
  })

  it('keeps floats in [0, 1) whatever the seed', () => {
    fc.assert(
      fc.property(fc.string(), seed => {
        const rng = makeRng(seed)
        for (let i = 0; i < 100; i++) {
          const float = rng.float()
          expect(float >= 0 && float < 1).toBe(true)
        }
      }),
    )
  })

  it.each([2, 3, 10, 97])('spreads int(%d) evenly over 100 000 draws', bound => {
    const rng = makeRng(`int ${bound}`)
    const counts = new Array<number>(bound).fill(0)
    for (let i = 0; i < 100_000; i++) counts[rng.int(bound)]!++
    const expected = 100_000 / bound
    const chiSquare = counts.reduce((sum, count) => sum + ((count - expected) * (count - expected)) / expected, 0)

    // Mean bound - 1, variance 2 (bound - 1): five sigma.
    expect(chiSquare).toBeLessThan(bound - 1 + 5 * Math.sqrt(2 * (bound - 1)))
    expect(counts.length).toBe(bound)
  })

  it('draws only 0 from int(1), and every bit from int(2^32)', () => {
    const rng = makeRng('bits')
    const [or, and] = draw(rng, 200).reduce(([or, and], value) => [or! | value, and! & value], [0, -1])

    expect(rng.int(1)).toBe(0)
    expect([or, and]).toEqual([-1, 0])
  })
})

describe('hash32', () => {
  it('stays within 32 bits and tells texts and salts apart', () => {
    const hashes = Array.from({ length: 1_000 }, (_, i) => hash32(`server-${i}`))

    expect(hashes.every(hash => Number.isInteger(hash) && hash >= 0 && hash <= 0xffff_ffff)).toBe(true)
    expect(new Set(hashes).size).toBe(1_000)
    expect(hash32('a', 1)).not.toBe(hash32('a', 2))
  })

  it('flips about 16 of 32 bits for one changed letter', () => {
    let flipped = 0
    for (let i = 0; i < 1_000; i++) {
      let bits = hash32(`key-${i}-a`) ^ hash32(`key-${i}-b`)
      for (; bits !== 0; bits &= bits - 1) flipped++
    }

    expect(flipped / 1_000).toBeGreaterThan(15)
    expect(flipped / 1_000).toBeLessThan(17)
  })
})

describe('the scripted rng', () => {
  it('gives its floats in order, as floats or ints, and throws past the last', () => {
    const rng = makeScriptedRng([0.1, 0.5, 0.999])

    expect([rng.float(), rng.int(10), rng.fork('x').int(3), rng.left]).toEqual([0.1, 5, 2, 0])
    expect(() => rng.float()).toThrow('3 floats')
  })
})
