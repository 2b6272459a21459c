import { describe, expect, it } from 'vitest'
import type { DurationLimits } from '../../src/topology/read-duration.ts'
import { duration } from '../../src/topology/read-duration.ts'
import { readField } from '../support/fields.ts'

function read(text: string, limits?: DurationLimits) {
  const { value, problems } = readField(duration(limits), text)
  return { valueMs: value, problems }
}

describe('duration', () => {
  it.each([
    ['250ms', 250],
    ['5s', 5_000],
    ['1.5m', 90_000],
    ['24h', 86_400_000],
    ['500us', 0.5],
    ['1µs', 0.001],
    ['10 ms', 10],
  ])('reads "%s" as %d ms', (text, expectedMs) => {
    expect(read(text)).toEqual({ valueMs: expectedMs, problems: [] })
  })

  it.each(['0ms', '0s', '0us'])('takes "%s" where zero is allowed, and nowhere else', text => {
    expect(read(text, { isZeroAllowed: true }).valueMs).toBe(0)
    expect(read(text).problems[0]!.code).toBe('OUT_OF_RANGE')
  })

  it.each(['', 's', '5', '1e3ms', '5 parsecs', '- 5s', '5s5s', ' 5s', `${'9'.repeat(200)}ms`])('refuses "%s"', text => {
    expect(read(text).problems.map(problem => problem.code)).toEqual(['BAD_DURATION'])
  })

  it('refuses what is shorter than a limit of its own', () => {
    const { problems } = read('1999ms', { minMs: 2_000 })

    expect(problems[0]).toMatchObject({ code: 'OUT_OF_RANGE', hint: 'write at least "2s"' })
    expect(read('2s', { minMs: 2_000 }).valueMs).toBe(2_000)
  })

  it('refuses what is longer than the limit of its own', () => {
    const { problems } = read('601s', { maxMs: 600_000 })

    expect(problems[0]!.message).toContain('is longer than 10m: "601s"')
  })
})
