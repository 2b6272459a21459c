import { describe, expect, it } from 'vitest'
import { NOWHERE } from '../../src/topology/json-tree.ts'
import {
  byteLength,
  checkSocketPaths,
  SOCKET_PATH_BYTES_MAX,
  socketPathOf,
  temporarySocketPathOf,
} from '../../src/topology/socket-path.ts'

const check = (socketDir: string, ...ids: string[]) => checkSocketPaths(socketDir, ids, NOWHERE)

describe('socketPathOf', () => {
  it.each([
    ['sockets', 'sockets/lb.sock'],
    ['sockets/', 'sockets/lb.sock'],
    ['/run/udsim', '/run/udsim/lb.sock'],
    ['/', '/lb.sock'],
    ['.', './lb.sock'],
  ])('joins %s and the id', (socketDir, path) => {
    expect(socketPathOf(socketDir, 'lb')).toBe(path)
  })
})

describe('temporarySocketPathOf', () => {
  it('is another for every life and every node, and always equally long', () => {
    const paths = ['a', 'b', 'server-with-a-long-name'].flatMap(id =>
      Array.from({ length: 200 }, (_, generation) => temporarySocketPathOf('sockets', id, generation)),
    )

    expect(new Set(paths).size).toBe(600)
    expect(new Set(paths.map(path => path.length))).toEqual(new Set(['sockets/.0000000.tmp'.length]))
    expect(paths.every(path => /^sockets\/\.[0-9a-z]{7}\.tmp$/.test(path))).toBe(true)
  })
})

describe('checkSocketPaths', () => {
  it('allows 103 bytes and not one more', () => {
    const room = SOCKET_PATH_BYTES_MAX - '/server-1.sock'.length

    expect(check('d'.repeat(room), 'server-1')).toBeNull()
    expect(check('d'.repeat(room + 1), 'server-1')).toMatchObject({
      code: 'SOCKET_PATH_TOO_LONG',
      message: expect.stringMatching(/^server-1: the socket path "d+\/server-1\.sock" is 104 bytes, the limit is 103$/),
      hint: `shorten socketDir, now ${room + 1} bytes, to at most ${room}`,
    })
  })

  it('counts bytes, not characters', () => {
    expect(byteLength('é'.repeat(45))).toBe(90)
    expect(check('é'.repeat(45), 'server-1')?.message).toContain('is 104 bytes')
  })

  it('keeps room for the path under which a node with a short name binds first', () => {
    const room = SOCKET_PATH_BYTES_MAX - '/.0000000.tmp'.length

    expect(check('d'.repeat(room), 'a')).toBeNull()
    const message = check('d'.repeat(room + 1), 'a')?.message
    expect(message).toMatch(/^a: .*d\/a\.sock" is 98 bytes and takes 6 more while the node starts, the limit is 103$/)
    expect(message).not.toContain('.tmp')
  })

  it('names the node with the longest path, and how many more there are', () => {
    expect(check('d'.repeat(95), 'server-9', 'server-10', 'server-11')?.message).toMatch(
      /^server-10 \(and 2 more nodes\):/,
    )
  })
})
