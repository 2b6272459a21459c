import { describe, expect, it } from 'vitest'
import { boolean, number, oneOf, text, wholeNumber } from '../../src/topology/fields.ts'
import { codesOf, readField } from '../support/fields.ts'

describe('wholeNumber', () => {
  it.each([1, 5, 10])('takes %d, both ends included', value => {
    expect(readField(wholeNumber([1, 10]), value)).toEqual({ value, problems: [] })
  })

  it.each([0, 11, 2.5, -1])('refuses %d', value => {
    expect(readField(wholeNumber([1, 10]), value).problems[0]!.message).toBe(
      `the file must be a whole number from 1 to 10, not ${value}`,
    )
  })

  it.each([
    ['"5"', '5', 'the string "5"'],
    ['null', null, 'null'],
    ['a list', [5], 'a list'],
    ['an object', {}, 'an object'],
    ['true', true, 'true'],
  ])('refuses %s and calls it what it is', (_, written, name) => {
    expect(readField(wholeNumber([1, 10]), written).problems[0]!.message).toMatch(new RegExp(`, not ${name}$`))
  })
})

describe('number', () => {
  it('takes fractions', () => {
    expect(readField(number([0, 1]), 0.25).value).toBe(0.25)
    expect(codesOf(number([0, 1]), 1.25)).toEqual(['OUT_OF_RANGE'])
  })
})

describe('boolean and text', () => {
  it('take their own type alone', () => {
    expect(readField(boolean, false).value).toBe(false)
    expect(readField(text, '').value).toBe('')
    expect(codesOf(boolean, 0)).toEqual(['WRONG_TYPE'])
    expect(codesOf(text, 0)).toEqual(['WRONG_TYPE'])
  })
})

describe('oneOf', () => {
  const colour = oneOf(['red', 'green'], 'UNKNOWN_COLOUR')

  it('takes its words and advises on others', () => {
    expect(readField(colour, 'red').value).toBe('red')
    expect(readField(colour, 'gren').problems).toMatchObject([
      { code: 'UNKNOWN_COLOUR', hint: 'did you mean "green"? (valid: "red", "green")' },
    ])
    expect(readField(colour, 'blue!').problems).toMatchObject([{ hint: 'valid: "red", "green"' }])
  })
})
