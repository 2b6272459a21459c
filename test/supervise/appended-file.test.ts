/** Real files: what becomes of them is the file system's to say. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AppendedFile, openAppendedFile } from '../../src/supervise/appended-file.ts'

let dir = ''
let path = ''
let topology = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'uds-'))
  path = join(dir, 'run.log')
  topology = join(dir, 'topology.json')
  writeFileSync(topology, '{}\n')
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

async function open(): Promise<AppendedFile> {
  const opened = await openAppendedFile(path, topology)
  if (!opened.ok) throw new Error(opened.reason)
  return opened.file
}

async function reasonOf(at: string): Promise<string> {
  const opened = await openAppendedFile(at, topology)
  if (opened.ok) await opened.file.close()
  return opened.ok ? 'ok' : opened.reason
}

const text = (file = path) => readFileSync(file, 'utf8')
const append = (file: AppendedFile, lines: string) => file.append(Buffer.from(lines))

describe('an appended file', () => {
  it('keeps what it held', async () => {
    writeFileSync(path, 'before\n')
    const file = await open()

    expect(await append(file, 'a\nb\n')).toBe(4)
    expect(text()).toBe('before\na\nb\n')
    await file.close()
  })

  it('begins on a line of its own where the last writer was killed', async () => {
    writeFileSync(path, 'whole\n{"level":3')
    const file = await open()
    await append(file, 'a\n')
    await file.close()

    expect(text()).toBe('whole\n{"level":3\na\n')
  })

  it('is written by two at once without a torn line', async () => {
    const [one, other] = [await open(), await open()]
    await Promise.all(
      [...'abcdefgh'].flatMap(char => [append(one, `${char}\n`.repeat(99)), append(other, `${char}\n`)]),
    )
    await one.close()
    await other.close()

    expect(text()).toMatch(/^([a-h]\n){800}$/)
  })

  it('goes on in a new file where it was moved', async () => {
    const file = await open()
    await append(file, 'a\n')
    renameSync(path, `${path}.1`)
    expect([await file.lookAgain(), await file.lookAgain()]).toEqual(['moved', 'there'])
    await append(file, 'b\n')
    await file.close()

    expect([text(`${path}.1`), text()]).toEqual(['a\n', 'b\n'])
  })

  it('knows whether it was removed, or replaced', async () => {
    const file = await open()
    rmSync(path)
    expect(await file.lookAgain()).toBe('removed')
    linkSync(path, `${path}.1`)
    rmSync(path)
    writeFileSync(path, 'new\n')
    expect(await file.lookAgain()).toBe('moved')
    await append(file, 'a\n')
    await file.close()

    expect(text()).toBe('new\na\n')
  })

  it('waits for its folder', async () => {
    const sub = join(dir, 'logs')
    mkdirSync(sub)
    path = join(sub, 'run.log')
    const file = await open()
    rmSync(sub, { recursive: true })
    await expect(file.lookAgain()).rejects.toThrow('ENOENT')
    mkdirSync(sub)
    expect(await file.lookAgain()).toBe('removed')
    await append(file, 'a\n')
    await file.close()

    expect(text()).toBe('a\n')
  })

  // /dev/full is a disk without room, on Linux alone.
  it.skipIf(!existsSync('/dev/full'))('says that a disk is full', async () => {
    path = '/dev/full'
    const file = await open()
    await expect(append(file, 'a\n')).rejects.toThrow('ENOSPC')
    await file.close()
  })

  // A limit of size stands for a disk that becomes full: the write that passes it is cut, the next one fails.
  it('holds whole lines only, where the disk became full in the middle of one', () => {
    const entry = new URL('../../dist/supervise/appended-file.js', import.meta.url).href
    const script = `
      import { openAppendedFile } from ${JSON.stringify(entry)}
      process.on('SIGXFSZ', () => {})
      const { file } = await openAppendedFile(${JSON.stringify(path)}, ${JSON.stringify(topology)})
      const line = 'x'.repeat(99) + '\\n'
      console.log(await file.append(Buffer.from(line.repeat(100))))
      console.log(await file.append(Buffer.from(line)).catch(error => error.code))`
    const command = 'ulimit -f 8; exec "$0" --input-type=module -e "$1"'
    const said = execFileSync('sh', ['-c', command, process.execPath, script], { encoding: 'utf8' }).split('\n')

    expect(text()).toMatch(/^(x{99}\n)+$/)
    expect(said.slice(0, 2)).toEqual([`${text().length}`, expect.stringMatching(/EFBIG|ENOSPC/)])
    expect(text().length).toBeLessThan(10_000)
  })

  it('is none where it cannot be written, and the reason says what to do', async () => {
    writeFileSync(join(dir, 'locked'), '')
    chmodSync(join(dir, 'locked'), 0o400)
    execFileSync('mkfifo', [join(dir, 'pipe')])
    const server = net.createServer().listen(join(dir, 'socket'))
    await new Promise(resolve => server.once('listening', resolve))
    const places = [dir, join(dir, 'no/run.log'), join(dir, 'locked/run.log'), join(dir, 'pipe'), join(dir, 'socket')]
    const reasons = await Promise.all(places.map(reasonOf))
    server.close()

    expect(reasons).toEqual([
      'it is a directory; name a file in it',
      'its folder does not exist; make it, or name another file',
      'a part of its path is no folder; name another file',
      'it is a socket, or a pipe that nobody reads; name a file',
      'it is a socket, or a pipe that nobody reads; name a file',
    ])
  })

  it('is never the topology file, by whatever name', async () => {
    linkSync(topology, join(dir, 'other.json'))

    expect(await reasonOf(topology)).toBe('it is the topology file; name another file')
    expect(await reasonOf(join(dir, 'other.json'))).toBe('it is the topology file; name another file')
    expect(text(topology)).toBe('{}\n')
  })

  // Permissions do not hold root.
  it.skipIf(process.getuid?.() === 0)('is none where the user may not write', async () => {
    writeFileSync(path, '')
    chmodSync(path, 0o400)

    expect(await reasonOf(path)).toBe('there is no permission to write there; name another file')
  })
})
