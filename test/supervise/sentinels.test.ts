/**
 * Whatever a topology says and wherever it lies: what is not ours is never touched. Generated: directories that lead
 * elsewhere, and files of every kind at the names that a run uses, put there before it or while it runs. The run is
 * that of the launcher and its children, in this process.
 */
import fs from 'node:fs'
import { connect, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acquireLock } from '../../src/supervise/lock.ts'
import { prepareSocketDir, sweep, sweepLeftovers } from '../../src/supervise/socket-dir.ts'
import { parse } from '../../src/topology/parse.ts'
import { socketPathOf, temporarySocketPathOf } from '../../src/topology/socket-path.ts'
import type { Topology } from '../../src/topology/types.ts'
import type { Listener } from '../../src/transport/transport.ts'
import { makeUdsTransport } from '../../src/transport/uds.ts'
import { sized } from '../support/full-size.ts'
import { leaveStaleSocket, listenAt, makeFifo } from './socket-fixtures.ts'

const KINDS = ['file', 'directory', 'to-file', 'to-directory', 'to-nothing', 'to-socket', 'fifo', 'live'] as const
type Kind = (typeof KINDS)[number] | 'dead'

/** Relative to the topology's folder, or absolute behind `ABS`. `link` is a symlink to the folder `real`, `own` a directory of the user's. */
const USABLE = ['sockets', 'sockets/', './sockets', 'a/../sockets', '../beside', 'ABS/sockets', 'ABS/beside']
const EVIL = [
  'link',
  'link/',
  'link/in',
  'own',
  'ABS/home/link',
  '.',
  '..',
  '/',
  '/etc',
  'missing/sockets',
  'topology.json',
  'own/../../beside/',
  'sockets/..',
]
const NODES = ['a', 'server-1', 'lb']
const BESIDE = ['other.txt', 'Server-1.sock', 'server-1.sock.bak', '.cache', '.lock', '.gitkeep', 'server_1.sock']

interface Placed {
  readonly name: string
  readonly kind: Kind
  readonly when: 'before' | 'while it runs'
}

/** What stands at a node's path before the start ends the run there, so most of it comes later. */
const whenArb = fc.oneof(
  { weight: 1, arbitrary: fc.constant('before' as const) },
  { weight: 3, arbitrary: fc.constant('while it runs' as const) },
)
const kindArb = fc.constantFrom<Kind>(...KINDS)
const placedArb: fc.Arbitrary<Placed> = fc.oneof(
  fc.record({ name: fc.constantFrom(...NODES.map(id => `${id}.sock`)), kind: kindArb, when: whenArb }),
  fc.record({ name: fc.constantFrom(...BESIDE), kind: fc.constantFrom<Kind>(...KINDS, 'dead'), when: whenArb }),
  { weight: 1, arbitrary: fc.record({ name: fc.constant('TEMPORARY'), kind: kindArb, when: whenArb }) },
)
const storyArb = fc.record({
  socketDir: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...USABLE) },
    { weight: 1, arbitrary: fc.constantFrom(...EVIL) },
  ),
  placed: fc.uniqueArray(placedArb, { minLength: 1, maxLength: 5, selector: ({ name }) => name }),
  ending: fc.constantFrom('stop' as const, 'crash' as const),
})

describe('what is not ours', () => {
  const stories = sized(40, 500)

  it(`is as it was after ${stories} runs of evil topologies`, { timeout: sized(30_000, 300_000) }, async () => {
    let runs = 0
    await fc.assert(
      fc.asyncProperty(storyArb, async story => {
        if (await tell(story)) runs++
      }),
      { numRuns: stories },
    )

    expect(runs, 'some are let run').toBeGreaterThan(stories / 5)
  })
})

/** One run among sentinels, from start to end. True where it was let begin. */
async function tell(story: { socketDir: string; placed: readonly Placed[]; ending: 'stop' | 'crash' }) {
  const world = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'uds-')))
  const home = join(world, 'home')
  const before = process.cwd()
  const sentinels = new Sentinels()
  try {
    for (const folder of ['home/a', 'home/own/folder', 'home/real', 'beside']) {
      fs.mkdirSync(join(world, folder), { recursive: true, mode: 0o755 })
    }
    fs.symlinkSync('real', join(home, 'link'))
    const socketDir = story.socketDir.replace('ABS', world)
    const text = JSON.stringify({
      loadBalancers: [{ id: 'lb' }],
      servers: [{ id: 'server-1' }, { id: 'a' }],
      socketDir,
    })
    fs.writeFileSync(join(home, 'topology.json'), text)
    process.chdir(home)
    const place = (when: Placed['when']) => placeAll(story.placed, when, resolve(socketDir), sentinels)
    for (const known of [join(home, 'topology.json'), home, world, '/', '/etc']) sentinels.watch(known)
    await place('before')
    const parsed = parse(text)
    const run = parsed.ok && (await begin(parsed.topology))
    await place('while it runs')
    if (run) await run.bringBack()
    if (run) await run.end(story.ending)
    expect(await sentinels.changes()).toEqual([])
    return run !== false && run !== null
  } finally {
    process.chdir(before)
    sentinels.close()
    fs.rmSync(world, { recursive: true, force: true })
  }
}

async function placeAll(placed: readonly Placed[], when: Placed['when'], dir: string, sentinels: Sentinels) {
  if (dir === '/' || dir === '/etc') return // the machine's own are sentinels enough
  if (when === 'before' && fs.existsSync(resolve(dir, '..')) && !fs.existsSync(dir)) fs.mkdirSync(dir, { mode: 0o700 })
  if (!fs.existsSync(dir) || !fs.statSync(dir).isDirectory()) return
  for (const each of placed) {
    if (each.when !== when) continue
    const name = each.name === 'TEMPORARY' ? temporarySocketPathOf('', process.pid).slice(1) : each.name
    const path = join(dir, name)
    const there = fs.lstatSync(path, { throwIfNoEntry: false })
    if (there?.isSocket())
      fs.unlinkSync(path) // a node's: somebody removes it, and puts a thing of his there
    else if (there) continue
    await sentinels.put(path, each.kind)
  }
}

/** What the launcher does until the nodes listen, and what they do; null where it refuses. */
async function begin(topology: Topology) {
  const { socketDir } = topology
  if (!prepareSocketDir(socketDir).ok) return null
  const lock = await acquireLock(socketDir)
  if (!lock.ok) return null
  const nodes = topology.nodes.map(({ id }) => ({ id, socket: socketPathOf(socketDir, id) }))
  const { problems } = await sweep(nodes)
  if (problems.length > 0) {
    lock.release()
    return null
  }
  await sweepLeftovers(socketDir)
  const listeners: Listener[] = []
  /** Also what the next life of each node does, which starts where the first was killed. */
  const bringBack = async () => {
    for (const { socket } of nodes) listeners.push(await listen(socket))
  }
  await bringBack()
  return {
    bringBack,
    end: async (ending: 'stop' | 'crash') => {
      // A crash closes no file: a listener is closed where its folder is not, so that its socket stays.
      const stay = process.cwd()
      if (ending === 'crash') process.chdir('/')
      for (const listener of listeners) listener.close()
      process.chdir(stay)
      await sweep(nodes)
      await sweepLeftovers(socketDir)
      lock.release()
    },
  }
}

/** As a child binds; what stands in its way is no matter here. */
function listen(socket: string): Promise<Listener> {
  const umask = process.umask(0o177)
  return new Promise(settle => {
    const listener: Listener = makeUdsTransport().listen(
      socket,
      () => {
        throw new Error('nobody dials')
      },
      () => setImmediate(() => settle(listener)),
    )
    process.umask(umask)
  })
}

/** Files of others, and how they were. */
class Sentinels {
  private readonly prints = new Map<string, unknown>()
  private readonly servers: Server[] = []
  private readonly live: string[] = []
  private readonly shelters: string[] = []

  watch(path: string): void {
    this.prints.set(path, printOf(path))
  }

  async put(path: string, kind: Kind): Promise<void> {
    // What symlinks lead to lies outside, and is watched too.
    const shelter = fs.mkdtempSync(join(tmpdir(), 'uds-'))
    this.shelters.push(shelter)
    const target = join(shelter, 'target')
    await make(kind, path, target, this.servers)
    if (kind === 'live') this.live.push(path)
    if (kind === 'to-socket') this.live.push(target)
    this.watch(path)
    if (fs.lstatSync(target, { throwIfNoEntry: false })) this.watch(target)
  }

  /** What is not as it was. */
  async changes(): Promise<string[]> {
    const changed = [...this.prints].filter(([path, print]) => JSON.stringify(printOf(path)) !== JSON.stringify(print))
    const silent: string[] = []
    for (const path of this.live) if (!(await answers(path))) silent.push(`${path} does not answer`)
    return [...changed.map(([path]) => `${path}: ${JSON.stringify(printOf(path))}`), ...silent]
  }

  close(): void {
    for (const server of this.servers) server.close()
    for (const shelter of this.shelters) fs.rmSync(shelter, { recursive: true, force: true })
  }
}

async function make(kind: Kind, path: string, target: string, servers: Server[]): Promise<void> {
  if (kind === 'file') fs.writeFileSync(path, 'mine')
  else if (kind === 'directory') fs.mkdirSync(path)
  else if (kind === 'fifo') makeFifo(path)
  else if (kind === 'live') servers.push(await listenAt(path))
  else if (kind === 'dead') await leaveStaleSocket(path)
  else {
    fs.symlinkSync(target, path)
    if (kind === 'to-file') fs.writeFileSync(target, 'mine')
    if (kind === 'to-directory') fs.mkdirSync(target)
    if (kind === 'to-socket') servers.push(await listenAt(target))
  }
}

/** Everything about a file that an owner would notice. Of a folder its mode and itself: its entries may come and go. */
function printOf(path: string): unknown {
  const stats = fs.lstatSync(path, { throwIfNoEntry: false })
  if (!stats) return 'gone'
  const { dev, ino, mode, uid, gid, nlink } = stats
  if (stats.isDirectory()) return { dev, ino, mode, uid, gid }
  const content = stats.isFile() ? fs.readFileSync(path, 'utf8') : stats.isSymbolicLink() ? fs.readlinkSync(path) : ''
  return { dev, ino, mode, uid, gid, nlink, mtimeMs: stats.mtimeMs, content }
}

function answers(path: string): Promise<boolean> {
  return new Promise(settle => {
    const socket = connect(path, () => socket.destroy(settle(true) as undefined))
    socket.on('error', () => settle(false))
  })
}
