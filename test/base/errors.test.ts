import { describe, expect, it } from 'vitest'
import { codeOf, messageOf } from '../../src/base/errors.ts'

const enoent = Object.assign(new Error('no such file'), { code: 'ENOENT' })

describe('messageOf', () => {
  it.each([
    [new Error('broken'), 'broken'],
    [enoent, 'no such file'],
    ['a string', 'a string'],
    [42, '42'],
    [null, 'null'],
    [undefined, 'undefined'],
  ])('says a sentence for %j', (thrown, sentence) => {
    expect(messageOf(thrown)).toBe(sentence)
  })
})

describe('codeOf', () => {
  it.each([
    ['an error with a code', enoent, 'ENOENT'],
    ['an error without', new Error('x'), ''],
    ['a number as code', { code: 7 }, ''],
    ['a string', 'ENOENT', ''],
    ['null', null, ''],
    ['undefined', undefined, ''],
  ])('reads %s', (_, thrown, code) => {
    expect(codeOf(thrown)).toBe(code)
  })
})
