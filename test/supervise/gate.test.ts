import { describe, expect, it } from 'vitest'
import { makeGate } from '../../src/supervise/gate.ts'

/** Everybody who asks, in order, and who is in. */
function crowd(places: number, count: number) {
  const gate = makeGate(places)
  const entered: number[] = []
  for (let who = 0; who < count; who++) void gate.enter().then(() => entered.push(who))
  const settled = () => new Promise(setImmediate).then(() => [...entered])
  return { gate, settled }
}

describe('a gate', () => {
  it('lets as many through as it has places, and the rest in their order', async () => {
    const { gate, settled } = crowd(2, 5)
    const seen = [await settled()]
    for (let i = 0; i < 3; i++) {
      gate.leave()
      seen.push(await settled())
    }

    expect(seen).toEqual([
      [0, 1],
      [0, 1, 2],
      [0, 1, 2, 3],
      [0, 1, 2, 3, 4],
    ])
  })

  it('keeps a place free for whoever comes after one has left', async () => {
    const { gate, settled } = crowd(1, 1)
    await settled()
    gate.leave()
    const next = gate.enter()

    await expect(next).resolves.toBeUndefined()
  })
})
