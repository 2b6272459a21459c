import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wrapItems } from '../../src/topology/wrap-items.ts'

describe('wrapItems', () => {
  it.each([
    [20, ['a: one, two, three,', '   four']],
    [19, ['a: one, two, three,', '   four']],
    [18, ['a: one, two,', '   three, four']],
    [1, ['a: one,', '   two,', '   three,', '   four']],
  ])('fits into %d columns, but for an item that is wider alone', (width, lines) => {
    expect(wrapItems(['one', 'two', 'three', 'four'], 'a: ', '   ', width)).toEqual(lines)
  })

  it('leaves no space behind a name without items', () => {
    expect(wrapItems([], 'a  ', '   ', 20)).toEqual(['a'])
  })

  it('loses nothing, and begins a line only where the last was full', () => {
    const item = fc.stringMatching(/^[a-z]{1,12}$/)
    fc.assert(
      fc.property(fc.array(item, { minLength: 1 }), fc.integer({ min: 1, max: 60 }), (items, width) => {
        const lines = wrapItems(items, '- ', '  ', width)
        expect(lines.map(line => line.slice(2)).join(' ')).toBe(items.join(', '))
        lines.slice(1).forEach((line, index) => {
          const [first] = line.trim().split(' ')
          expect(`${lines[index]} ${first}`.length).toBeGreaterThan(width)
        })
      }),
    )
  })
})
