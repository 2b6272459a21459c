import { expect, it } from 'vitest'
import { inColumns } from '../../src/base/in-columns.ts'

it('sets the right column behind the widest of the left', () => {
  expect(
    inColumns([
      ['a', 'one'],
      ['bcd', 'two'],
    ]),
  ).toEqual(['  a    one', '  bcd  two'])
})
