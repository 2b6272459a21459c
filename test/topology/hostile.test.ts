/** Texts that want to do harm: whatever they hold, they are judged soon, and each problem stands inside the text. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatProblems } from '../../src/topology/explain.ts'
import { PROBLEMS_MAX } from '../../src/topology/gather-problems.ts'
import { FILE_BYTES_MAX } from '../../src/topology/json-reader.ts'
import { parse } from '../../src/topology/parse.ts'
import type { Problem } from '../../src/topology/types.ts'
import { CORPUS, placesIn, SOUND } from './corpus.ts'

/** What a text is to be judged within, on a loaded machine; the slowest of these takes about a second. */
const LIMIT_MS = 20_000
/** How often a property is tried. */
const RUNS = process.env.UDSIM_FULL ? 50_000 : 300

/** 1 MiB: a head, then units until no more fit, then a tail. */
function filled(head: string, unit: (index: number) => string, tail: string): string {
  const parts = [head]
  let left = FILE_BYTES_MAX - head.length - tail.length
  for (let index = 0; ; index++) {
    const next = unit(index)
    left -= next.length
    if (left < 0) return [...parts, tail].join('')
    parts.push(next)
  }
}

const LB = '{"loadBalancers":[{"id":"lb"}]'
const A = `${LB},"servers":[{"id":"a"`
/** Names of 32 characters that differ at their end: the dearest to compare. */
const alike = (index: number, first: string) => `${first}${'x'.repeat(26)}${String(index).padStart(5, '0')}`
const PROXIES = Array.from({ length: 250 }, (_, index) => `{"id":"${alike(index, 'a')}"}`).join(',')

const HOSTILE: readonly (readonly [name: string, text: string])[] = [
  ['nothing but spaces', ' '.repeat(FILE_BYTES_MAX)],
  ['nothing but lines', '\n'.repeat(FILE_BYTES_MAX)],
  ['nothing but brackets', '['.repeat(FILE_BYTES_MAX)],
  ['nothing but quotes', "'".repeat(FILE_BYTES_MAX)],
  ['nothing but comments', '//\n'.repeat(FILE_BYTES_MAX / 3)],
  ['one long number', '1'.repeat(FILE_BYTES_MAX)],
  ['one long word', 'a'.repeat(FILE_BYTES_MAX)],
  ['a string of controls', `"${'\x01'.repeat(FILE_BYTES_MAX - 2)}"`],
  ['a string of bad escapes', `"${'\\q'.repeat(FILE_BYTES_MAX / 2 - 1)}"`],
  ['a string of backslashes', `"${'\\'.repeat(FILE_BYTES_MAX - 1)}`],
  ['halves of pairs', `"${'\ud800'.repeat(300_000)}"`],
  ['marks that turn the reading order', '\u202e'.repeat(300_000)],
  ['commas left out', `[${'""'.repeat(FILE_BYTES_MAX / 2 - 1)}]`],
  ['one key again and again', filled(`${A}`, () => ',"k":1', '}]}')],
  ['unknown keys', filled(A, index => `,"k${index}":1`, '}]}')],
  [
    'long keys within each other',
    filled(`{${`"${'k'.repeat(30_000)}":{`.repeat(20)}"a":[1`, () => ',1', `]${'}'.repeat(21)}`),
  ],
  ['numbers for servers', filled(`${LB},"servers":[1`, () => ',1', ']}')],
  ['one server again and again', filled(`${A}}`, () => ',{"id":"a"}', ']}')],
  [
    'unknown names beside many like them',
    filled(
      `${LB},"proxies":[${PROXIES}],"servers":[{"id":"b","behind":["lb"`,
      index => `,"${alike(index, 'b')}"`,
      ']}]}',
    ),
  ],
  ['a long id', `${LB},"servers":[{"id":"${'A'.repeat(FILE_BYTES_MAX - 60)}"}]}`],
  ['a long duration', `${A},"serviceTime":"${'1'.repeat(FILE_BYTES_MAX - 80)}ms"}]}`],
  ['a duration far from its sign', `${A},"serviceTime":"-${' '.repeat(FILE_BYTES_MAX - 90)}x"}]}`],
  ['more than a file may hold', ' '.repeat(2 * FILE_BYTES_MAX)],
]

describe('a hostile text', { timeout: 3 * LIMIT_MS }, () => {
  it.each(HOSTILE)('is judged soon, with few problems, and told in little room: %s', (_name, text) => {
    const startedAtMs = performance.now()
    const result = parse(text)
    const problems = result.ok ? [] : result.problems
    const told = formatProblems('topology.json', text, problems)

    expect(performance.now() - startedAtMs).toBeLessThan(LIMIT_MS)
    expect(problems.length).toBeGreaterThan(0)
    expect(problems.length).toBeLessThanOrEqual(PROBLEMS_MAX + 1)
    expect(told.length).toBeLessThan(50_000)
    expectInside(text, problems)
  })

  it('is judged soon where ten thousand proxies stand in a circle', () => {
    const proxies = Array.from({ length: 10_000 }, (_, index) => ({
      id: `p-${index}`,
      behind: `p-${(index + 1) % 10_000}`,
    }))
    const text = JSON.stringify({ loadBalancers: [{ id: 'lb' }], proxies, servers: [{ id: 'a', behind: 'p-0' }] })
    const startedAtMs = performance.now()
    const result = parse(text, { nodesMax: 100_000 })

    expect(performance.now() - startedAtMs).toBeLessThan(LIMIT_MS)
    expect(result.ok ? [] : result.problems.map(({ code }) => code)).toEqual(['NOTHING_BEHIND', 'CYCLE'])
  })
})

describe('parse', { timeout: RUNS * 200 }, () => {
  /** What topologies are made of, and what they are broken with. */
  const pieces = fc.constantFrom(
    ...'{}[]:,"\'\\/*#-+.0159eE \t\r\n\0\u0001\u202e\u2028\ufeff🙂\ud800_$a',
    ...['"id"', '"servers"', '"loadBalancers"', '"behind"', '"lb"', '"5ms"', 'true', 'null', 'NaN', '//', '/*', '*/'],
  )
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(pieces, { maxLength: 40 }).map(parts => parts.join('')),
  )
  const good = fc.constantFrom(...SOUND.map(([, text]) => text).filter(text => text.length < 1_000))

  it('never throws, whatever a text holds, and places every problem inside it', () => {
    fc.assert(
      fc.property(anyText, text => expectJudged(text)),
      { numRuns: RUNS },
    )
  })

  it('takes a sound file however it is written', () => {
    fc.assert(
      fc.property(good, fc.constantFrom('', ' ', '\t', '\r\n', '\n  '), (text, gap) => {
        const value: unknown = JSON.parse(text.replace('\ufeff', ''))
        expect(parse(JSON.stringify(value)).ok).toBe(true)
        expect(parse(JSON.stringify(value, null, 2).replaceAll('\n', `${gap}\n`)).ok).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it('judges a sound file of which a character is gone, new or another', () => {
    const change = fc.record({
      at: fc.nat(),
      taken: fc.integer({ min: 0, max: 2 }),
      put: fc.oneof(pieces, fc.constant('')),
    })

    fc.assert(
      fc.property(good, change, (text, { at, taken, put }) => {
        const start = at % (text.length + 1)
        expectJudged(text.slice(0, start) + put + text.slice(start + taken))
      }),
      { numRuns: RUNS },
    )
  })

  it('places the problems of the corpus inside it', () => {
    for (const { text } of CORPUS) expectJudged(placesIn(text).text)
  })
})

function expectJudged(text: string): void {
  const result = parse(text)
  if (!result.ok) expectInside(text, result.problems)
  formatProblems('topology.json', text, result.ok ? result.warnings : result.problems)
}

/** A place is inside its line, or right behind its last character. */
function expectInside(text: string, problems: readonly Problem[]): void {
  const lines = text.replace(/^\ufeff/, '').split('\n')
  const outside = problems.filter(({ line, column, length, hint, message }) => {
    const width = lines[line - 1]?.length ?? -1
    const isInside = column >= 1 && length >= 1 && column + length - 1 <= Math.max(width, column)
    return !(isInside && column <= width + 1 && hint && message)
  })
  expect([text.slice(0, 200), outside]).toEqual([text.slice(0, 200), []])
  expect(problems.length).toBeGreaterThan(0)
}
