import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FileWatch, readTextFile, watchFile } from '../../src/supervise/watch.ts'
import { makeFifo, until } from './socket-fixtures.ts'

const OLD = '{"generation": 1}'
const NEW = '{"generation": 2}'

let home = ''
let path = ''
let watching: FileWatch
let told: string[] = []
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'udw-'))
  path = join(home, 'topology.json')
  writeFileSync(path, OLD)
  told = []
})
afterEach(() => {
  watching.close()
  rmSync(home, { recursive: true, force: true })
})

function start(): void {
  const content = readTextFile(path)
  watching = watchFile(path, {
    ...(content.ok && { knownHash: content.hash }),
    onChange: text => told.push(text),
    onTrouble: message => told.push(`trouble: ${message.replaceAll(home, '')}`),
  })
}

const pause = (ms: number) => new Promise(settle => setTimeout(settle, ms))
const heard = (count: number) => until(() => told.length >= count, `${count} were told; told: ${told}`)
/** Long enough for a poll, a debounce and the pauses that bad content gets. */
const settle = () => pause(1_100)

// Where this process stalls between two writes, one save rightly counts as two: not so three times in a row.
describe('watchFile', { timeout: 20_000, retry: 2 }, () => {
  it('tells the same once more where it came to nothing and is saved again', async () => {
    start()
    writeFileSync(path, NEW)
    await heard(1)
    writeFileSync(path, NEW)
    await settle()
    expect(told).toEqual([NEW])

    watching.retry()
    await heard(2)
    watching.retry()
    await settle()
    expect(told).toEqual([NEW, NEW])

    writeFileSync(path, NEW)
    await heard(3)
    writeFileSync(path, NEW)
    await settle()
    expect(told).toEqual([NEW, NEW, NEW])
  })

  it.each<[string, () => void | Promise<void>]>([
    ['written in place', () => writeFileSync(path, NEW)],
    [
      'renamed over',
      () => {
        writeFileSync(`${path}.new`, NEW)
        renameSync(`${path}.new`, path)
      },
    ],
    [
      'saved as vim does, with a backup',
      async () => {
        renameSync(path, `${path}~`)
        await pause(30)
        writeFileSync(path, NEW)
        unlinkSync(`${path}~`)
      },
    ],
    [
      'truncated and written slowly',
      async () => {
        truncateSync(path)
        for (const character of NEW) {
          await pause(character === ' ' ? 250 : 20)
          appendFileSync(path, character)
        }
      },
    ],
    [
      'deleted and made anew',
      async () => {
        unlinkSync(path)
        await pause(50)
        writeFileSync(path, NEW)
      },
    ],
    [
      'saved 60 times in a row',
      async () => {
        for (let i = 0; i < 60; i++) {
          writeFileSync(path, i < 59 ? `{"generation": 2.${i}}` : NEW)
          await pause(5)
        }
      },
    ],
  ])('tells once what a file holds that was %s', async (_how, save) => {
    start()
    await save()
    await heard(1)
    await settle()

    // Of many saves one may be told before the last, on a machine that stands still for longer than it is waited.
    expect(told.filter(text => !text.includes('2.'))).toEqual([NEW])
    expect(told.at(-1)).toBe(NEW)
  })

  it('notices every save of a row of renames', async () => {
    start()
    for (let i = 0; i < 4; i++) {
      writeFileSync(`${path}.new`, `{"generation": ${i + 10}}`)
      renameSync(`${path}.new`, path)
      await heard(i + 1)
    }

    expect(told).toEqual([10, 11, 12, 13].map(n => `{"generation": ${n}}`))
  })

  it('notices a symlink swapped behind a symlink, as config maps do', async () => {
    for (const [version, text] of [
      ['v1', OLD],
      ['v2', NEW],
    ] as const) {
      mkdirSync(join(home, version))
      writeFileSync(join(home, version, 'topology.json'), text)
    }
    symlinkSync('v1', join(home, 'data'))
    unlinkSync(path)
    symlinkSync('data/topology.json', path)
    start()
    symlinkSync('v2', join(home, 'data.new'))
    renameSync(join(home, 'data.new'), join(home, 'data'))
    await heard(1)

    expect(told).toEqual([NEW])
  })

  it("notices an edit of a symlink's target in another directory", async () => {
    mkdirSync(join(home, 'elsewhere'))
    renameSync(path, join(home, 'elsewhere/real.json'))
    symlinkSync('elsewhere/real.json', path)
    start()
    writeFileSync(join(home, 'elsewhere/real.json'), NEW)
    await heard(1)

    expect(told).toEqual([NEW])
  })

  it('goes on when the directory was deleted and made anew', async () => {
    start()
    rmSync(home, { recursive: true })
    await heard(1)
    mkdirSync(home)
    writeFileSync(path, NEW)
    await heard(2)

    expect(told).toEqual([expect.stringContaining('trouble: cannot read /topology.json'), NEW])
  })

  it('tells bad content once, after it has stayed so', async () => {
    start()
    writeFileSync(path, '{"generation": ')
    await pause(200)
    expect(told).toEqual([])
    await heard(1)
    writeFileSync(path, '{"generation": ')
    await settle()

    expect(told).toEqual(['{"generation": '])
  })

  it('says nothing of saves without a change', async () => {
    start()
    writeFileSync(path, OLD)
    await settle()

    expect(told).toEqual([])
  })

  it('tells what was saved between the reading and the watching', async () => {
    start()
    watching.close()
    const { hash } = readTextFile(path) as { hash: string }
    writeFileSync(path, NEW)
    watching = watchFile(path, { knownHash: hash, onChange: text => told.push(text), onTrouble: () => {} })
    await heard(1)

    expect(told).toEqual([NEW])
  })

  it('says once that the file is gone, and what it holds when it is back', async () => {
    start()
    unlinkSync(path)
    await heard(1)
    await settle()
    writeFileSync(path, OLD)
    await heard(2)

    expect(told).toEqual([expect.stringMatching(/^trouble: cannot read \/topology.json: no such file.*ENOENT/), OLD])
  })

  it.each<[string, () => void, RegExp]>([
    ['a FIFO', () => makeFifo(path), /is not a regular file/],
    ['a directory', () => mkdirSync(path), /is not a regular file/],
    ['a device', () => symlinkSync('/dev/zero', path), /is not a regular file/],
    ['too large', () => writeFileSync(path, ' '.repeat(1_048_577)), /is 1.1 MiB, the limit is 1 MiB/],
    ['not text', () => writeFileSync(path, Buffer.from([0x22, 0xe2, 0x82])), /is not UTF-8 text at byte 1/],
    ['UTF-16', () => writeFileSync(path, `\uFEFF${OLD}`, 'utf16le'), /is not UTF-8 text at byte 0/],
  ])('names the trouble when the file has become %s', async (_what, make, message) => {
    start()
    unlinkSync(path)
    make()
    await heard(1)

    expect(told).toEqual([expect.stringMatching(message)])
  })

  it('says nothing once closed', async () => {
    start()
    watching.close()
    writeFileSync(path, NEW)
    await settle()

    expect(told).toEqual([])
  })
})

describe('readTextFile', () => {
  it('takes a byte order mark off', () => {
    start()
    writeFileSync(path, `\uFEFF${OLD}`)

    expect(readTextFile(path)).toMatchObject({ ok: true, text: OLD })
  })
})
