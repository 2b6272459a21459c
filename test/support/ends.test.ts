import { describe, expect, it } from 'vitest'
import { Ends } from './ends.ts'

describe('the ends of tests', () => {
  it('are told to every helper each time, the last one first, whichever fails', async () => {
    const ends = new Ends()
    const told: string[] = []
    ends.add(() => void told.push('first'))
    ends.add(async () => {
      await Promise.resolve()
      told.push('second')
      throw new Error('second fails')
    })

    await expect(ends.act()).rejects.toThrow('second fails')
    await expect(ends.act()).rejects.toThrow('second fails')
    expect(told).toEqual(['second', 'first', 'second', 'first'])
  })
})
