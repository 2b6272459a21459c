import { describe, expect, it } from 'vitest'
import { serviceTime } from '../../src/topology/read-service-time.ts'
import { codesOf, readField } from '../support/fields.ts'

// What is refused, and where it is reported, stands in the corpus.
describe('serviceTime', () => {
  it.each([
    ['5ms', { kind: 'fixed', valueMs: 5 }],
    ['0ms', { kind: 'fixed', valueMs: 0 }],
    [{ exponential: '500us' }, { kind: 'exponential', meanMs: 0.5 }],
    [{ lognormal: { p50: '2ms', p99: '20ms' } }, { kind: 'lognormal', p50Ms: 2, p99Ms: 20 }],
    [{ lognormal: { p99: '2ms', p50: '2ms' } }, { kind: 'lognormal', p50Ms: 2, p99Ms: 2 }],
    [{ empirical: ['1ms', '1ms', '0ms', '40ms'] }, { kind: 'empirical', valuesMs: [1, 1, 0, 40] }],
  ])('reads %j', (written, value) => {
    expect(readField(serviceTime, written)).toEqual({ value, problems: [] })
  })

  it('takes 10 000 measured times, and no more', () => {
    const written = (count: number) => ({ empirical: Array(count).fill('1ms') })

    expect(codesOf(serviceTime, written(10_000))).toEqual([])
    expect(codesOf(serviceTime, written(10_001))).toEqual(['TOO_MANY_VALUES'])
  })

  it('gives no value where anything is wrong with it', () => {
    const wrong = [
      { exponential: '5ms', empirical: ['1ms'] },
      { lognormal: { p50: '2ms', p99: '1ms' } },
      { empirical: ['1ms', 'x'] },
      {},
      true,
    ]

    expect(wrong.map(written => readField(serviceTime, written).value)).toEqual(wrong.map(() => undefined))
  })
})
