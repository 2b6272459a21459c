import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { orAborted } from '../../src/lab/or-aborted.ts'

const never = () => new Promise<never>(() => {})

describe('orAborted', () => {
  it('gives what the work gives, and listens no longer', async () => {
    const { signal } = new AbortController()

    await expect(orAborted(signal, Promise.resolve(3))).resolves.toBe(3)
    await expect(orAborted(signal, Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('rejects with the reason of the signal, whether it comes or has come', async () => {
    const ending = new AbortController()
    const waiting = orAborted(ending.signal, never())
    ending.abort(new Error('ended'))

    await expect(waiting).rejects.toThrow('ended')
    await expect(orAborted(ending.signal, never())).rejects.toThrow('ended')
  })
})
