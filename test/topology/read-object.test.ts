import { describe, expect, it } from 'vitest'
import { boolean, text, wholeNumber } from '../../src/topology/fields.ts'
import { keyMeant, list, object, readDefaults } from '../../src/topology/read-object.ts'
import { codesOf, readField } from '../support/fields.ts'

const SHAPE = { name: text, count: wholeNumber([1, 9]), isOn: boolean }

describe('object', () => {
  it('reads what is there and leaves out what is absent or wrong', () => {
    const { value, problems } = readField(object(SHAPE), { name: 'x', count: 10, colour: 1 })

    expect(value).toEqual({ name: 'x' })
    expect(problems.map(problem => problem.code)).toEqual(['OUT_OF_RANGE', 'UNKNOWN_KEY'])
  })

  it.each(['toString', 'hasOwnProperty', 'valueOf'])('does not know the key %s, which objects inherit', key => {
    expect(codesOf(object(SHAPE), { [key]: 1 })).toEqual(['UNKNOWN_KEY'])
  })
})

describe('keyMeant', () => {
  it('takes slips of the finger, and words of other systems where the key is one of ours', () => {
    expect(keyMeant('attempt', ['attempts', 'attemptTimeout'])).toBe('attempts')
    expect(keyMeant('retries', ['policy', 'attempts'])).toBe('attempts')
    expect(keyMeant('retries', ['policy'])).toBeNull()
  })
})

describe('list', () => {
  it('keeps the items that could be read and says that some could not', () => {
    expect(readField(list(text, 1, '"x"'), ['a', 1, 'b']).value).toEqual({ items: ['a', 'b'], isWhole: false })
    expect(readField(list(text, 1, '"x"'), ['a']).value).toEqual({ items: ['a'], isWhole: true })
  })

  it('reports one that is too short', () => {
    expect(codesOf(list(text, 1, '"x"'), [])).toEqual(['EMPTY_LIST'])
    expect(codesOf(list(text, 0, '"x"'), [])).toEqual([])
  })
})

describe('readDefaults', () => {
  it('reads the table as the file would be read', () => {
    expect(readDefaults(SHAPE, { name: 'x', count: 3, isOn: true })).toEqual({ name: 'x', count: 3, isOn: true })
  })

  it('throws for a default that its own field refuses', () => {
    expect(() => readDefaults(SHAPE, { name: 'x', count: 10, isOn: true })).toThrow('default of count')
  })
})
