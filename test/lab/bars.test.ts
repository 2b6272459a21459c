import { describe, expect, it } from 'vitest'
import { bar, sparkline } from '../../src/lab/bars.ts'

describe('sparkline', () => {
  it.each([
    [[10, 20, 30], '▁▅█'],
    [[30, 10, 30, 10], '█▁█▁'],
    [[100, 101, 100, 102, 100], '▁▁▁▂▁'],
    [[100, 125], '▁█'],
    [[5, 5, 5], '▁▁▁'],
    [[0, 0], '▁▁'],
    [[10, null, 30], '▁ █'],
    [[10], ''],
    [[null, null], ''],
    [[], ''],
  ])('of %j is %j', (values, text) => {
    expect(sparkline(values)).toBe(text)
  })
})

describe('bar', () => {
  it.each([
    [0, ''],
    [1, '████'],
    [0.5, '██'],
    [1 / 32, '▏'],
    [0.000_001, '▏'],
    [9 / 32, '█▏'],
    [11 / 32, '█▍'],
    [31 / 32, '███▉'],
  ])('of %d of four cells is %j', (share, text) => {
    expect(bar(share, 4)).toBe(text)
  })

  it('grows with its share, by eighths of a cell', () => {
    const eighths = Array.from({ length: 9 }, (_, i) => bar(i / 8, 1))

    expect(eighths).toEqual(['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'])
  })
})
