import { describe, expect, it } from 'vitest'
import {
  countOf,
  formatPercent,
  formatRate,
  formatShare,
  formatSpan,
  formatTimeOfDay,
  formatUptime,
} from '../../src/view/figures.ts'
import { SAMPLE_TIME_MS } from './samples.ts'

describe('figures', () => {
  it.each([
    [0, '0'],
    [0.04, '0.0'],
    [3.44, '3.4'],
    [9.94, '9.9'],
    [9.96, '10'],
    [33.4, '33'],
    [12_345.6, '12346'],
  ])('rate %d is %s', (rate, text) => {
    expect(formatRate(rate)).toBe(text)
  })

  it.each([
    [null, '-'],
    [0, '0.0%'],
    [1 / 6, '16.7%'],
    [1, '100.0%'],
  ])('share %s is %s', (share, text) => {
    expect(formatShare(share)).toBe(text)
  })

  it.each([
    [null, '-'],
    [0, '0%'],
    [6.13, '6.1%'],
    [140.2, '140%'],
  ])('percent %s is %s', (percent, text) => {
    expect(formatPercent(percent)).toBe(text)
  })

  it.each([
    [0, '0s'],
    [12_400, '12s'],
    [59_999, '59s'],
    [184_000, '3m 04s'],
    [7_500_000, '2h 05m'],
  ])('uptime %d is %s', (ms, text) => {
    expect(formatUptime(ms)).toBe(text)
  })

  it.each([
    [0, '0ms'],
    [12.4, '12ms'],
    [999.4, '999ms'],
    [999.6, '1.0s'],
    [1_240, '1.2s'],
  ])('span %d is %s', (ms, text) => {
    expect(formatSpan(ms)).toBe(text)
  })

  it('tells the time of day where the reader is', () => {
    expect(formatTimeOfDay(SAMPLE_TIME_MS)).toBe('12:03:11')
  })

  it('counts nouns', () => {
    expect([0, 1, 2].map(count => countOf(count, 'restart'))).toEqual(['0 restarts', '1 restart', '2 restarts'])
  })
})
