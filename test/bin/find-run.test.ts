import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findRun } from '../../src/bin/find-run.ts'
import { FILE_BYTES_MAX } from '../../src/supervise/watch.ts'
import { makeDir } from '../support/commands.ts'

const NOT_NPM = {}
const NOWHERE = { file: null, socketDir: null }

describe('the run that is meant', () => {
  it('is that of the folder, whether its file is there or not', () => {
    const dir = makeDir()
    const without = findRun(NOWHERE, NOT_NPM, dir)
    writeFileSync(join(dir, 'topology.json'), '{ "socketDir": "run" }')

    expect(without).toEqual({ ok: true, folder: dir, socketPath: 'sockets/control.sock' })
    expect(findRun(NOWHERE, NOT_NPM, dir)).toEqual({ ok: true, folder: dir, socketPath: 'run/control.sock' })
  })

  it.each([
    ['{ "socketDir": "/run/x", "servers": 5 }', '/run/x/control.sock'],
    ['{ "socketDir": 5 }', 'sockets/control.sock'],
    ['{ "servers": [', 'sockets/control.sock'],
    ['{ "socketDir" : "run/x", "servers": [', 'run/x/control.sock'],
    ['{ "socketDir": "run', 'sockets/control.sock'],
    ['', 'sockets/control.sock'],
  ])('is found by a file with faults: %s', (text, socketPath) => {
    const dir = makeDir({ 'sub/a.json': text })
    const found = findRun({ ...NOWHERE, file: 'sub/a.json' }, NOT_NPM, dir)

    expect(found).toEqual({ ok: true, folder: join(dir, 'sub'), socketPath })
  })

  it.each([
    ['is too long to be read', (path: string) => writeFileSync(path, ' '.repeat(FILE_BYTES_MAX + 1))],
    ['is a folder now', (path: string) => mkdirSync(path)],
  ])('goes on while the file of the folder %s', (_, spoil) => {
    const dir = makeDir()
    spoil(join(dir, 'topology.json'))

    expect(findRun(NOWHERE, NOT_NPM, dir)).toEqual({ ok: true, folder: dir, socketPath: 'sockets/control.sock' })
  })

  it('is found by the folder of its sockets', () => {
    const dir = makeDir()
    const found = findRun({ ...NOWHERE, socketDir: 'sub/sockets/' }, NOT_NPM, dir)

    expect(found).toEqual({ ok: true, folder: join(dir, 'sub'), socketPath: 'sockets/control.sock' })
  })

  it('is nowhere where the file that was named is not there', () => {
    const found = findRun({ ...NOWHERE, file: 'missing.json' }, NOT_NPM, makeDir())

    expect(found).toMatchObject({ ok: false, message: expect.stringMatching(/^cannot read .*missing\.json: no such /) })
  })
})
