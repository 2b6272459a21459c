import { describe, expect, it } from 'vitest'
import { DEPTH_MAX } from '../../src/topology/json-reader.ts'
import { memberOf } from '../../src/topology/json-tree.ts'
import { readText } from '../support/fields.ts'

const placeOf = (text: string, key: string) => memberOf(readText(text).tree!, key)?.place

describe('readJson', () => {
  it.each([
    ['a value', '{ "a": true }', { path: 'a', line: 1, column: 8, length: 4 }],
    ['a string with its quotes', '{ "a": "xyz" }', { path: 'a', line: 1, column: 8, length: 5 }],
    ['tabs as one column each', '{\n\t\t"a": 12 }', { path: 'a', line: 2, column: 8, length: 2 }],
    ['lines that end with CRLF', '{\r\n"b": 1,\r\n"a": 12\r\n}', { path: 'a', line: 3, column: 6, length: 2 }],
    ['columns behind an emoji in UTF-16 units', '{ "🙂": 1, "a": 2 }', { path: 'a', line: 1, column: 17, length: 1 }],
    ['no column for a byte order mark', '\uFEFF{ "a": 1 }', { path: 'a', line: 1, column: 8, length: 1 }],
    ['a list on one line as a whole', '{ "a": [1, 2] }', { path: 'a', line: 1, column: 8, length: 6 }],
    ['a list over lines by its first', '{ "a": [1,\r\n 2] }', { path: 'a', line: 1, column: 8, length: 3 }],
  ])('places %s', (_, text, place) => {
    expect(placeOf(text, 'a')).toEqual(place)
  })

  it('places keys apart from their values', () => {
    const { tree } = readText('{ "a" : 1 }')

    expect(tree?.kind === 'object' && tree.members[0]!.place).toEqual({ path: 'a', line: 1, column: 3, length: 3 })
  })

  it('gives every value its path', () => {
    const { tree } = readText('{ "a": [{ "b c": [0] }] }')
    const list = memberOf(tree!, 'a')!
    const inner = list.kind === 'array' ? memberOf(list.items[0]!, 'b c')! : list

    expect(inner.place.path).toBe('a[0]["b c"]')
    expect(inner.kind === 'array' && inner.items[0]!.place.path).toBe('a[0]["b c"][0]')
  })

  it('reads escapes', () => {
    const { tree } = readText('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"')

    expect(tree?.kind === 'string' && tree.value).toBe('"\\/\b\f\n\r\té')
  })

  it('goes on after comments, commas and quotes that JSON does not have', () => {
    const { tree, problems } = readText("{ 'a': [1, 2,], /* x */ b: 3 // y\n}")

    expect(problems.map(problem => problem.code)).toEqual([
      'SINGLE_QUOTES',
      'TRAILING_COMMA',
      'COMMENT',
      'UNQUOTED_KEY',
      'COMMENT',
    ])
    expect(tree?.kind === 'object' && tree.members.map(member => member.key)).toEqual(['a', 'b'])
  })

  it('keeps the first of two equal keys', () => {
    const first = memberOf(readText('{ "a": 1, "a": 2 }').tree!, 'a')

    expect(first?.kind === 'number' && first.value).toBe(1)
  })

  it(`takes ${DEPTH_MAX} levels and no more`, () => {
    expect(readText('['.repeat(DEPTH_MAX) + ']'.repeat(DEPTH_MAX)).problems).toEqual([])
    expect(readText('['.repeat(DEPTH_MAX + 1)).problems.map(problem => problem.code)).toEqual(['TOO_DEEP'])
  })

  it('measures the file in bytes, not in characters', () => {
    expect(readText(`"${'é'.repeat(524_287)}"`).problems).toEqual([])
    expect(readText(`"${'é'.repeat(524_288)}"`).problems[0]!.code).toBe('FILE_TOO_LARGE')
  })
})
