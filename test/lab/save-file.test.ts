import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { saveFile, saveProblem } from '../../src/lab/save-file.ts'
import { makeDir } from '../support/commands.ts'

describe('saveProblem', () => {
  it('has nothing against a new file, nor against one that is there', () => {
    const dir = makeDir({ 'old.json': '{}' })

    expect(saveProblem('new.json', join(dir, 'new.json'), null)).toBeNull()
    expect(saveProblem('old.json', join(dir, 'old.json'), join(dir, 'topology.json'))).toBeNull()
  })

  it('says what is wrong, and what to do', () => {
    const dir = makeDir({ 'my.json': '{}', 'file/in': '' })
    mkdirSync(join(dir, 'folder'))

    expect(saveProblem('my.json', join(dir, 'my.json'), join(dir, 'my.json'))).toBe(
      '--save "my.json" is the topology file: name another one',
    )
    expect(saveProblem('folder', join(dir, 'folder'), null)).toBe(
      '--save "folder" is no regular file: name another one',
    )
    expect(saveProblem('a/b.json', join(dir, 'a/b.json'), null)).toBe(
      '--save "a/b.json" is in a folder that is not there: make it first',
    )
    expect(saveProblem('x', join(dir, 'my.json/x'), null)).toMatch(/^--save "x" cannot be written: .*ENOTDIR/)
  })
})

describe('saveFile', () => {
  it('writes what it is given, over what was there', () => {
    const file = join(makeDir({ 'a.json': 'a much longer text' }), 'a.json')

    expect(saveFile('a.json', file, 'short\n')).toBeNull()
    expect(readFileSync(file, 'utf8')).toBe('short\n')
  })

  it('says why it could not', () => {
    expect(saveFile('a.json', '/nowhere/a.json', '')).toBe(
      '--save "a.json" cannot be written: no such file or directory (ENOENT)',
    )
  })
})
