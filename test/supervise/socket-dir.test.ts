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
import { prepareSocketDir, sweep } from '../../src/supervise/socket-dir.ts'
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
      expect(prepareSocketDir(join(home, 'sockets'))).toEqual({ ok: true, notice: null })
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
    writeFileSync(join(dir, '.gitkeep'), '')
    const results = [prepareSocketDir(dir), prepareSocketDir(`${dir}/`)]

    expect(results).toEqual([
      { ok: true, notice: expect.stringMatching(/sockets had mode 0755; it is 0700 now/) },
      { ok: true, notice: null },
    ])
    expect(modeOf(dir)).toBe('700')
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
  it('removes what is stale, tells what is in the way, and touches nothing else', async () => {
    const path = (name: string) => join(home, name)
    for (const name of ['server-1.sock', '.0abc123.tmp', 'other.sock']) await leaveStaleSocket(path(name))
    const live = await listenAt(path('server-2.sock'))
    const liveLeftover = await listenAt(path('.0live12.tmp'))
    writeFileSync(path('server-3.sock'), 'mine')
    writeFileSync(path('.notes.tmp'), 'mine')
    const nodes = [1, 2, 3, 4].map(n => ({ id: `server-${n}`, socket: path(`server-${n}.sock`) }))

    const { removed, problems } = await sweep(home, nodes)

    live.close()
    liveLeftover.close()
    expect(removed).toEqual([path('server-1.sock'), path('.0abc123.tmp')])
    expect(problems.map(({ code }) => code)).toEqual(['SOCKET_IN_USE', 'NOT_A_SOCKET'])
    expect(['other.sock', '.notes.tmp', 'server-3.sock'].map(name => existsSync(path(name)))).toEqual([
      true,
      true,
      true,
    ])
  })

  it('waits for an orphan that takes its socket with it', async () => {
    const socket = join(home, 'server-1.sock')
    const { child } = await spawnListener(socket)
    setTimeout(() => rmSync(socket), 200)
    const result = await sweep(home, [{ id: 'server-1', socket }])
    child.kill('SIGKILL')

    expect(result).toEqual({ removed: [], problems: [] })
  })

  it('never removes what was seen live, though its owner dies meanwhile', async () => {
    const socket = join(home, 'server-1.sock')
    const { child } = await spawnListener(socket)
    setTimeout(() => child.kill('SIGKILL'), 200)
    const { removed, problems } = await sweep(home, [{ id: 'server-1', socket }])

    expect([removed, problems.map(({ code }) => code)]).toEqual([[], ['SOCKET_IN_USE']])
    expect(existsSync(socket)).toBe(true)
  })

  it('has nothing to do where the directory is gone', async () => {
    rmSync(home, { recursive: true })

    expect(await sweep(home, [{ id: 'server-1', socket: join(home, 'server-1.sock') }])).toEqual({
      removed: [],
      problems: [],
    })
  })
})
