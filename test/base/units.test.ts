import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatBytes, formatDuration, formatLatency, parseDurationMs, threeDigits } from '../../src/base/units.ts'

describe('parseDurationMs', () => {
  it.each([
    ['250ms', 250],
    ['5s', 5_000],
    ['5 s', 5_000],
    ['1.5s', 1_500],
    ['2m', 120_000],
    ['24h', 86_400_000],
    ['1d', 86_400_000],
    ['500us', 0.5],
    ['500µs', 0.5],
    ['1US', 0.001],
    ['0ms', 0],
    ['0.25ms', 0.25],
    ['10 Seconds', 10_000],
  ])('reads %j as %d ms', (text, durationMs) => {
    expect(parseDurationMs(text)).toBe(durationMs)
  })

  it.each([
    ...['', ' ', '5', '5.', '.5s', 's', '-5s', '+5s', '1e3ms', '1e400s', '5 parsecs', '5  s', ' 5s', '5s ', '5s 3ms'],
    ...['NaN', 'Infinity', '0x10ms', '5,5s', '5µ', '٥s', '5s\n', `${'9'.repeat(200)}s`, `${'9'.repeat(400)}us`],
  ])('finds no duration in %j', text => {
    expect(parseDurationMs(text)).not.toBe(Number.NaN)
    expect(parseDurationMs(text) ?? 'none').toBe('none')
  })
})

describe('formatDuration', () => {
  it.each([
    [0, '0ms'],
    [0.001, '1us'],
    [0.5, '500us'],
    [1, '1ms'],
    [1.5, '1.5ms'],
    [250, '250ms'],
    [1_000, '1s'],
    [1_500, '1500ms'],
    [60_000, '1m'],
    [90_000, '90s'],
    [3_600_000, '1h'],
    [86_400_000, '24h'],
  ])('writes %d ms as %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text)
  })

  it('writes what parseDurationMs reads back, for every whole microsecond from 1 us to 24 h', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400_000_000 }), us => {
        expect(parseDurationMs(formatDuration(us / 1_000))).toBeCloseTo(us / 1_000, 6)
      }),
    )
  })
})

describe('formatLatency', () => {
  it.each([
    [null, '-'],
    [0, '0.00µs'],
    [0.123, '0.12µs'],
    [9.99, '9.99µs'],
    [9.996, '10.0µs'],
    [38.24, '38.2µs'],
    [99.94, '99.9µs'],
    [99.96, '100µs'],
    [999.4, '999µs'],
    [999.5, '1.00ms'],
    [1_240, '1.24ms'],
    [9_996, '10.0ms'],
    [38_200, '38.2ms'],
    [999_499, '999ms'],
    [999_500, '1.00s'],
    [1_500_000, '1.50s'],
    [67_000_000, '67.0s'],
  ])('writes %j µs as %s', (us, text) => {
    expect(formatLatency(us)).toBe(text)
  })
})

describe('threeDigits', () => {
  it('never shows more than three digits below 1000, nor an exponent', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 999.49, noNaN: true }), value => {
        const text = threeDigits(value)

        expect(text).toMatch(/^\d+(\.\d+)?$/)
        expect(text.replace('.', '').length).toBeLessThanOrEqual(3)
        expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(value < 1 ? 0.005_001 : value * 0.005_001)
      }),
    )
  })
})

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.00 kB'],
    [512_000, '512 kB'],
    [41_234_567, '41.2 MB'],
    [141_000_000, '141 MB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })
})
