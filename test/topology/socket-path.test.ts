import { describe, expect, it } from 'vitest'
import { NOWHERE } from '../../src/topology/json-tree.ts'
import {
  byteLength,
  checkSocketPaths,
  isSocketName,
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
  it('is another for every process, and never longer than the shortest public path', () => {
    const pids = [1, 2, 35, 36, 99_999, 2 ** 22 - 1, 2 ** 22]
    const paths = pids.map(pid => temporarySocketPathOf('sockets', pid))

    expect(new Set(paths).size).toBe(pids.length)
    expect(new Set(paths.map(path => path.length))).toEqual(new Set([socketPathOf('sockets', 'a').length]))
  })
})

describe('isSocketName', () => {
  it('knows public and temporary names', () => {
    const own = [socketPathOf('', 'a'), socketPathOf('', 'server-12'), temporarySocketPathOf('', 4_711)]

    expect(own.map(path => isSocketName(path.slice(1)))).toEqual([true, true, true])
  })

  it.each(['Server.sock', '1.sock', 'my_app.sock', 'a.socket', 'a.sock.bak', '.sock', '.ssh', '.gitkeep', 'agent.1'])(
    'leaves %s to others',
    name => expect(isSocketName(name)).toBe(false),
  )
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

  it('counts the control socket of the run as one of them', () => {
    const room = SOCKET_PATH_BYTES_MAX - '/control.sock'.length

    expect(check('d'.repeat(room), 'lb')).toBeNull()
    expect(check('d'.repeat(room + 1), 'lb')?.message).toMatch(
      /^control: the socket path "d+\/control\.sock" is 104 bytes, the limit is 103$/,
    )
  })

  it('counts bytes, not characters', () => {
    expect(byteLength('é'.repeat(45))).toBe(90)
    expect(check('é'.repeat(45), 'server-1')?.message).toContain('is 104 bytes')
  })

  it('names the node with the longest path, and how many more there are, that of the run included', () => {
    expect(check('d'.repeat(95), 'server-9', 'server-10', 'server-11')?.message).toMatch(/^server-10 \(and 3 more\):/)
  })
})
