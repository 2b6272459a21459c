/** That the corpus is whole: every number of the list has a test, every code of a problem a file that brings it about. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from '../../src/topology/parse.ts'
import { CORPUS, ELSEWHERE, placesIn, SOUND } from './corpus.ts'

const ROOT = new URL('../../', import.meta.url)
const NUMBERS = Array.from({ length: 59 }, (_, index) => `T${index + 1}`)

const problems = CORPUS.flatMap(({ text }) => {
  const result = parse(placesIn(text).text)
  return result.ok ? [] : result.problems
})

describe('the corpus', () => {
  it.each(NUMBERS)('has a test for %s', number => {
    const names = [...CORPUS.map(({ name }) => name), ...SOUND.map(([name]) => name)]
    const isHere = names.some(name => name.split(' ').includes(number))

    expect(isHere || ELSEWHERE[number] !== undefined).toBe(true)
  })

  it.each(Object.entries(ELSEWHERE))('finds the tests of %s where it says they are', (_number, tests) => {
    for (const [file, words] of tests) {
      expect(readFileSync(new URL(`test/${file}.test.ts`, ROOT), 'utf8')).toContain(words)
    }
  })

  it('brings about every code that the sources know', () => {
    const folder = new URL('src/topology/', ROOT)
    const sources = readdirSync(folder).filter(name => name.endsWith('.ts') && !name.startsWith('warn-of-'))
    const codes = sources.flatMap(name =>
      readFileSync(new URL(name, folder), 'utf8').match(/(?<=')[A-Z]+(_[A-Z]+)+(?=')/g),
    )
    const found = new Set(problems.map(({ code }) => code))

    expect([...new Set(codes)].filter(code => code !== null && !found.has(code))).toEqual([
      'TOO_MANY_PROBLEMS',
      'SOCKET_DIR_IN_USE', // only an edit can
    ])
  })

  it('gets a hint for every problem', () => {
    expect(problems.filter(({ hint }) => !hint).map(({ code }) => code)).toEqual([])
  })
})
