import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prepareSocketDir, sweep, sweepLeftovers } from '../../src/supervise/socket-dir.ts'
import { leaveStaleSocket, listenAt, spawnListener } from './socket-fixtures.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'uds-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const modeOf = (path: string) => (lstatSync(path).mode & 0o777).toString(8)
const codesOf = (dir: string) => {
  const result = prepareSocketDir(dir)
  return result.ok ? [] : result.problems.map(({ code }) => code)
}

describe('prepareSocketDir', () => {
  it.each([0o000, 0o022, 0o077])('creates it closed to others under any umask (%o)', umask => {
    const before = process.umask(umask)
    try {
      expect(prepareSocketDir(join(home, 'sockets'))).toEqual({ ok: true, notices: [] })
    } finally {
      process.umask(before)
    }

    expect(modeOf(join(home, 'sockets'))).toBe('700')
  })

  it('does not create a parent, which may be a mistyped path', () => {
    expect(prepareSocketDir(join(home, 'a/sockets'))).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringContaining('ENOENT'), hint: expect.stringContaining('parent exists') }],
    })
    expect(readdirSync(home)).toEqual([])
  })

  it('closes one of ours that is open to others, and says so once', () => {
    const dir = join(home, 'sockets')
    mkdirSync(dir)
    chmodSync(dir, 0o755)
    const results = [prepareSocketDir(dir), prepareSocketDir(`${dir}/`)]

    expect(results).toEqual([
      { ok: true, notices: [expect.stringMatching(/sockets had mode 0755; it is 0700 now/)] },
      { ok: true, notices: [] },
    ])
    expect(modeOf(dir)).toBe('700')
  })

  it('closes one as git has just made it, and says nothing: it is the first that a newcomer would read', () => {
    const dir = join(home, 'sockets')
    mkdirSync(dir)
    chmodSync(dir, 0o755)
    writeFileSync(join(dir, '.gitkeep'), '')

    expect(prepareSocketDir(dir)).toEqual({ ok: true, notices: [] })
    expect(modeOf(dir)).toBe('700')
  })

  it.each([
    [0o777, 1],
    [0o1777, 0],
    [0o775, 0],
    [0o755, 0],
  ])('warns of a parent that every user may write to: %o, %i', (mode, warnings) => {
    chmodSync(home, mode)
    const link = `${home}-link`
    symlinkSync(home, link)
    const results = [prepareSocketDir(join(home, 'sockets')), prepareSocketDir(join(link, 'sockets'))]
    rmSync(link)

    const notices = results.flatMap(result => (result.ok ? result.notices : ['failed']))
    expect(notices.length).toBe(2 * warnings)
    if (warnings > 0)
      expect(notices[0]).toBe(
        `every user may write to ${home}, and so replace the socket directory in it: chmod o-w ${home}`,
      )
  })

  it('leaves a directory alone that others need', () => {
    const [sticky, holding] = [join(home, 'sticky'), join(home, 'holding')]
    mkdirSync(sticky)
    chmodSync(sticky, 0o1777)
    mkdirSync(join(holding, 'folder'), { recursive: true })
    chmodSync(holding, 0o755)

    expect([codesOf(sticky), codesOf(holding)]).toEqual([['SOCKET_DIR_SHARED'], ['SOCKET_DIR_SHARED']])
    expect([modeOf(sticky), modeOf(holding)]).toEqual(['777', '755'])
  })

  it('refuses a symlink, also behind a slash, also a dangling one', () => {
    mkdirSync(join(home, 'real'))
    symlinkSync(join(home, 'real'), join(home, 'link'))
    symlinkSync(join(home, 'nowhere'), join(home, 'dangling'))

    const codes = ['link', 'link/', 'link/.', 'dangling'].flatMap(name => codesOf(`${home}/${name}`))
    expect(codes).toEqual(Array(4).fill('SOCKET_DIR_SYMLINK'))
    expect(existsSync(join(home, 'nowhere'))).toBe(false)
  })

  it('refuses a file', () => {
    writeFileSync(join(home, 'file'), 'kept')

    expect(codesOf(join(home, 'file'))).toEqual(['SOCKET_DIR_NOT_A_DIRECTORY'])
  })

  it.each([
    ['under a file', () => join(home, 'file/sockets'), 'not a directory (ENOTDIR)'],
    ['where nothing can be created', () => '/proc/udsim', '/proc/udsim'],
  ])('names the path and the reason %s', (_where, dir, reason) => {
    writeFileSync(join(home, 'file'), '')
    const result = prepareSocketDir(dir())

    expect(result).toMatchObject({ ok: false, problems: [{ code: 'SOCKET_DIR_UNUSABLE', line: 0, column: 0 }] })
    expect(JSON.stringify(result)).toContain(reason)
  })

  it.runIf(process.getuid!() === 0)('refuses a directory of another user', () => {
    const result = withUid(65_534, () => prepareSocketDir(home))

    expect(result).toMatchObject({ problems: [{ code: 'SOCKET_DIR_NOT_OURS' }] })
  })

  it.runIf(process.getuid!() === 0)('names a parent that we may not write to', () => {
    const result = withUid(65_534, () => prepareSocketDir(join(home, 'sockets')))

    expect(result).toMatchObject({ problems: [{ message: expect.stringContaining('permission denied (EACCES)') }] })
  })
})

/** As another user, with the rights of that user. */
function withUid<T>(uid: number, act: () => T): T {
  process.seteuid!(uid)
  const getuid = process.getuid!
  process.getuid = () => uid
  try {
    return act()
  } finally {
    process.getuid = getuid
    process.seteuid!(0)
  }
}

describe('sweep', () => {
  const path = (name: string) => join(home, name)

  it('removes what is stale, tells what is in the way, and touches nothing else', async () => {
    for (const name of ['server-1.sock', 'other.sock']) await leaveStaleSocket(path(name))
    const live = await listenAt(path('server-2.sock'))
    writeFileSync(path('server-3.sock'), 'mine')
    const { removed, problems } = await sweep(
      [1, 2, 3, 4].map(n => ({ id: `server-${n}`, socket: path(`server-${n}.sock`) })),
    )
    live.close()

    expect(removed).toEqual([path('server-1.sock')])
    expect(problems.map(({ code }) => code)).toEqual(['SOCKET_IN_USE', 'NOT_A_SOCKET'])
    expect(readdirSync(home)).toEqual(['other.sock', 'server-3.sock'])
  })

  it('waits for an orphan that takes its socket with it', async () => {
    const socket = join(home, 'server-1.sock')
    const { child } = await spawnListener(socket)
    setTimeout(() => rmSync(socket), 200)
    const result = await sweep([{ id: 'server-1', socket }])
    child.kill('SIGKILL')

    expect(result).toEqual({ removed: [], problems: [] })
  })

  it('removes what an orphan leaves that is killed while it is waited for', async () => {
    const socket = path('server-1.sock')
    const { child } = await spawnListener(socket)
    setTimeout(() => child.kill('SIGKILL'), 200)

    expect(await sweep([{ id: 'server-1', socket }])).toEqual({ removed: [socket], problems: [] })
  })

  it('has nothing to do where the directory is gone', async () => {
    rmSync(home, { recursive: true })

    expect(await sweep([{ id: 'server-1', socket: path('server-1.sock') }])).toEqual({ removed: [], problems: [] })
    expect(await sweepLeftovers(home)).toEqual([])
  })
})

describe('sweepLeftovers', () => {
  it('removes dead sockets with the name and the mode of a node, of any topology', async () => {
    const dead = ['old-server.sock', '.00abc', 'Other.sock', 'db.socket', '.ssh'].map(name => join(home, name))
    for (const path of dead) await leaveStaleSocket(path, 0o177)
    await leaveStaleSocket(join(home, 'stranger.sock'), 0o022)
    const live = await Promise.all(['proxy.sock', '.live1'].map(name => listenAt(join(home, name), 0o177)))
    writeFileSync(join(home, 'notes.sock'), 'mine')
    mkdirSync(join(home, '.cache'))
    symlinkSync('Other.sock', join(home, 'link.sock'))
    const removed = await sweepLeftovers(home)
    const left = readdirSync(home).sort()
    for (const server of live) server.close()

    expect(removed.sort()).toEqual([join(home, '.00abc'), join(home, 'old-server.sock')])
    expect(left).toEqual([
      '.cache',
      '.live1',
      '.ssh',
      'Other.sock',
      'db.socket',
      'link.sock',
      'notes.sock',
      'proxy.sock',
      'stranger.sock',
    ])
  })
})
