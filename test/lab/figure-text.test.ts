import { describe, expect, it } from 'vitest'
import { meanText, shortRate, signedTime, variationText } from '../../src/lab/figure-text.ts'

describe('figures as text', () => {
  it.each([
    [0, '0'],
    [9.4, '9.4'],
    [480, '480'],
    [9_999, '9999'],
    [9_999.6, '10.0k'],
    [82_432, '82.4k'],
    [480_123, '480k'],
    [999_600, '1.00M'],
    [4_000_000, '4.00M'],
  ])('writes a rate of %d as %s', (rate, text) => {
    expect(shortRate(rate)).toBe(text)
  })

  it.each([
    [11.25, '+11.3µs'],
    [-2, '-2.00µs'],
    [0, '+0.00µs'],
    [-1_500, '-1.50ms'],
  ])('signs %d µs as %s', (us, text) => {
    expect(signedTime(us)).toBe(text)
  })

  it('writes a mean with its deviation, alone where there is none, and as none', () => {
    expect(meanText({ meanUs: 21, stdevUs: 4.2 })).toBe('21.0µs ± 4.20µs')
    expect(meanText({ meanUs: 21, stdevUs: null })).toBe('21.0µs')
    expect(meanText({ meanUs: null, stdevUs: null })).toBe('-')
  })

  it('tells how far rounds lie apart, of two or more', () => {
    expect(variationText([90, 100, 110])).toBe('±10%')
    expect(variationText([99.9, 100, 100.1])).toBe('±0.1%')
    expect(variationText([100])).toBe('')
  })
})
