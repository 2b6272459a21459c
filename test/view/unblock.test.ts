import { describe, expect, it } from 'vitest'
import { unblock } from '../../src/view/unblock.ts'

describe('unblock', () => {
  it('lets writes of a terminal queue, and tells where to write past the queue', () => {
    const calls: boolean[] = []
    const handle = { fd: 17, setBlocking: (isBlocking: boolean) => calls.push(isBlocking) }
    expect([unblock({ _handle: handle }), calls]).toEqual([17, [false]])
  })

  it.each([
    ['nothing inside', {}],
    ['no handle any more', { _handle: null }],
    ['a handle that cannot', { _handle: { fd: 17 } }],
    ['a handle that is closed', { _handle: { fd: -1, setBlocking: () => {} } }],
  ])('leaves a stream with %s as it is', (_name, stream) => {
    expect(unblock(stream)).toBeNull()
  })
})
