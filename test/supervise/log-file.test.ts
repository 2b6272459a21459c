import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LogFile } from '../../src/supervise/log-file.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const MIB = 1_048_576

/** A disk that does as it is told. */
function makeDisk() {
  const disk = {
    text: '',
    appends: 0,
    error: null as string | null,
    room: Number.POSITIVE_INFINITY,
    found: 'there' as 'there' | 'moved' | 'removed' | Error,
    isHanging: false,
    wake: () => {},
    isClosed: false,
  }
  const troubles: string[] = []
  const file = new LogFile({
    file: {
      path: '/logs/run.log',
      append: async bytes => {
        disk.appends++
        if (disk.isHanging) await new Promise<void>(resolve => (disk.wake = resolve))
        if (disk.error) throw new Error(disk.error)
        const taken = Math.min(bytes.length, disk.room)
        disk.text += bytes.toString('latin1', 0, taken)
        disk.room -= taken
        return taken
      },
      lookAgain: async () => {
        const { found } = disk
        if (found instanceof Error) throw found
        disk.found = 'there'
        return found
      },
      close: async () => {
        disk.isClosed = true
      },
    },
    gapLine: count => `${count} lost`,
    onTrouble: message => troubles.push(message),
  })
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
  return { disk, file, troubles, pass, lines: () => disk.text.split('\n').slice(0, -1) }
}

describe('the file of a log', () => {
  it('is written line by line, in order, all of a turn in one go', async () => {
    const { disk, file, lines, pass } = makeDisk()
    for (const line of ['a', 'b']) file.write(line)
    expect(disk.appends).toBe(0)
    await pass(0)
    file.write('c')
    await pass(0)

    expect([lines(), disk.appends, file.lost]).toEqual([['a', 'b', 'c'], 2, 0])
  })

  it('that cannot be written says so once, and has it all when it can', async () => {
    const { disk, file, troubles, lines, pass } = makeDisk()
    disk.error = 'ENOSPC: no space left on device'
    file.write('a')
    await pass(3_000)
    file.write('b')
    await pass(3_000)
    expect(troubles).toEqual([
      '/logs/run.log cannot be written: ENOSPC: no space left on device. 4 MiB of the log wait for it, the rest is lost.',
    ])
    disk.error = null
    await pass(1_000)
    disk.error = 'EIO'
    file.write('c')
    await pass(1_000)

    expect([lines(), troubles.length, file.lost]).toEqual([['a', 'b'], 2, 0])
  })

  it('holds 4 MiB while it waits for the disk, and tells in its place of what is lost', async () => {
    const { disk, file, lines, pass } = makeDisk()
    disk.error = 'ENOSPC'
    const line = 'x'.repeat(1_023)
    for (let i = 0; i < 5_000; i++) file.write(line)
    await pass(10_000)
    disk.error = null
    await pass(1_000)
    file.write('after')
    await pass(1_000)

    const held = (4 * MIB) / 1_024
    expect(file.lost).toBe(5_000 - held)
    expect(lines().length).toBe(held + 2)
    expect(lines().slice(held)).toEqual([`${5_000 - held} lost`, 'after'])
  })

  it('goes on where a full pipe stopped, in the middle of a line', async () => {
    const { disk, file, lines, pass, troubles } = makeDisk()
    disk.room = 4
    for (const line of ['abc', 'def', 'ghi']) file.write(line)
    await pass(1)
    disk.room = 2
    await pass(20)
    expect(disk.text).toBe('abc\nde')
    disk.room = 100
    await pass(20)

    expect([lines(), troubles]).toEqual([['abc', 'def', 'ghi'], []])
  })

  it('that was moved away goes on in a new one, which is said', async () => {
    const { disk, file, troubles, lines, pass } = makeDisk()
    file.write('a')
    await pass(2_000)
    disk.found = 'moved'
    file.write('b')
    await pass(0)

    expect([lines(), file.lost]).toEqual([['a', 'b'], 0])
    expect(troubles).toEqual(['/logs/run.log was moved: the log goes on in a new file there.'])
  })

  it('that was removed has lost what was written since it was last seen', async () => {
    const { disk, file, lines, pass } = makeDisk()
    file.write('a')
    await pass(2_000)
    file.write('b')
    file.write('c')
    await pass(2_000)
    disk.text = ''
    disk.found = 'removed'
    file.write('d')
    await pass(0)

    expect([lines(), file.lost]).toEqual([['d', '2 lost'], 2])
  })

  it('whose folder is gone is tried again until it is back', async () => {
    const { disk, file, troubles, lines, pass } = makeDisk()
    await pass(2_000)
    disk.found = new Error('ENOENT: no such file or directory')
    file.write('a')
    await pass(5_000)
    expect([troubles.length, lines()]).toEqual([1, []])
    disk.found = 'there'
    await pass(1_000)

    expect([lines(), file.lost]).toEqual([['a'], 0])
  })

  it('has everything when it is closed', async () => {
    const { disk, file, lines, pass } = makeDisk()
    for (let i = 0; i < 1_000; i++) file.write(`${i}`)
    const closed = file.close(1_000)
    await pass(0)
    await closed

    expect([lines().length, file.lost, disk.isClosed]).toEqual([1_000, 0, true])
    file.write('late')
    expect(file.lost).toBe(1)
  })

  it('that cannot be written holds no end up: what waits is counted as lost', async () => {
    const { disk, file, pass } = makeDisk()
    disk.error = 'ENOSPC'
    for (const line of ['a', 'b']) file.write(line)
    await pass(100)
    await file.close(60_000)

    expect([file.lost, vi.getTimerCount()]).toEqual([2, 1])
  })

  it('on a disk that hangs holds an end up for as long as it may', async () => {
    const { disk, file, pass } = makeDisk()
    disk.isHanging = true
    file.write('a')
    let isClosed = false
    void file.close(1_000).then(() => {
      isClosed = true
    })
    await pass(999)
    expect(isClosed).toBe(false)
    await pass(1)

    expect([isClosed, file.lost]).toEqual([true, 1])
  })

  it('on a disk that wakes up after that says nothing more', async () => {
    const { disk, file, troubles, pass } = makeDisk()
    disk.isHanging = true
    file.write('a')
    void file.close(1_000)
    await pass(1_000)
    disk.wake()
    await pass(2_000)

    expect([troubles, disk.appends, file.lost]).toEqual([[], 1, 1])
  })
})
