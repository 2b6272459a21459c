import { describe, expect, it } from 'vitest'
import { readText } from '../support/fields.ts'

const problemIn = (text: string) => readText(text).problems[0]

describe('scalars', () => {
  it.each(['0', '-0', '12', '-1.5', '1e3', '1E-2', '0.0001'])('reads %s as JSON.parse does', text => {
    const { tree, problems } = readText(text)

    expect(problems).toEqual([])
    expect(tree?.kind === 'number' && tree.value).toBe(JSON.parse(text))
  })

  it.each([
    ['1.', 'write 1'],
    ['.5', 'write 0.5'],
    ['+3', 'write 3'],
    ['0x10', 'write 16'],
    ['1_000', 'write 1000'],
    ['500us', 'a duration is a string: write "500us"'],
    ['1.2.3', 'write digits, such as 12 or 0.5'],
  ])('says what to write for the number %s', (text, hint) => {
    expect(problemIn(text)).toMatchObject({ code: 'BAD_NUMBER', hint })
  })

  it.each([
    ['Null', 'did you mean null?'],
    ['ture', 'did you mean true?'],
    ['undefined', 'text stands in double quotes: write "undefined"'],
  ])('says what to write for the word %s', (text, hint) => {
    expect(problemIn(text)).toMatchObject({ code: 'UNKNOWN_WORD', hint })
  })

  it('names a character that looks like none by its number', () => {
    expect(problemIn('\u00a0')).toMatchObject({ message: 'expected a value, found U+00A0' })
    expect(problemIn('[\u{1F642}]')).toMatchObject({ message: 'expected a value, found U+1F642', length: 2 })
  })

  it('reports a string that does not end on its line at its start', () => {
    expect(problemIn('["ab\n"]')).toMatchObject({ code: 'UNTERMINATED_STRING', column: 2, length: 3 })
  })
})
