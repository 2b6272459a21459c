import { describe, expect, it } from 'vitest'
import { parseExpectation } from '../../src/lab/expectation.ts'

describe('parseExpectation', () => {
  it.each([
    ['p99<2ms', { metric: 'p99', operator: '<', limit: 2_000 }],
    ['p50 <= 150us', { metric: 'p50', operator: '<=', limit: 150 }],
    ['p50<=150µs', { metric: 'p50', operator: '<=', limit: 150 }],
    ['P99.9<1.5s', { metric: 'p99.9', operator: '<', limit: 1_500_000 }],
    ['max<1s', { metric: 'max', operator: '<', limit: 1_000_000 }],
    ['mean>10us', { metric: 'mean', operator: '>', limit: 10 }],
    ['rate>10000', { metric: 'rate', operator: '>', limit: 10_000 }],
    ['rate >= 2500.5/s', { metric: 'rate', operator: '>=', limit: 2_500.5 }],
    ['errors<0.1%', { metric: 'errors', operator: '<', limit: 0.001 }],
    ['errors<=0%', { metric: 'errors', operator: '<=', limit: 0 }],
  ])('reads %s', (typed, data) => {
    const text = typed.replaceAll(' ', '')

    expect(parseExpectation(typed)).toEqual({ ok: true, expectation: { text, ...data } })
  })

  it.each([
    ['', "--expect \"\" is no expectation: write for example 'p99<2ms', 'rate>10000' or 'errors<0.1%'"],
    ['p99', '--expect "p99" is no expectation: write for example'],
    ['p99=2ms', '--expect "p99=2ms" is no expectation: write for example'],
    ['p99<2ms<3ms', '--expect "p99<2ms<3ms" is no expectation: write for example'],
    ['<2ms', '--expect "<2ms" is no expectation: write for example'],
    ['p95<2ms', 'names "p95", which is not measured, did you mean p'],
    ['eror<1%', 'names "eror", which is not measured, did you mean errors?'],
    [
      'throughput>1',
      'names "throughput", which is not measured: there are p50, p90, p99, p99.9, max, mean, rate, errors',
    ],
    ['p99<2', "has a time without a unit: write 'p99<2ms' or 'p99<2us'"],
    ['p99<-2ms', 'compares p99 with "-2ms", which is not a time: write for example \'p99<2ms\''],
    ['p99<fast', 'compares p99 with "fast", which is not a time'],
    ['rate>fast', 'compares the rate with "fast", which is not a number of answers per second'],
    ['rate>2ms', 'compares the rate with "2ms", which is not a number'],
    ['errors<0.1', 'compares errors with "0.1", which is not a percentage: write for example \'errors<0.1%\''],
    ['errors<200%', 'compares errors with "200%": more than 100% cannot fail'],
    ['errors<0%', '--expect "errors<0%" cannot be met, nothing is below 0: write errors<=0%'],
    ['p99<0ms', 'cannot be met, nothing is below 0: write p99<=0ms'],
    ['p99\u001b[31m<2ms', '--expect "p99\\u001b[31m<2ms" is no expectation'],
  ])('refuses %j in one line that says what to write', (typed, words) => {
    const result = parseExpectation(typed)

    expect(result.ok).toBe(false)
    expect(result).toHaveProperty('message', expect.stringContaining(words))
    expect(result).toHaveProperty('message', expect.not.stringMatching(/[\n\u001b]/))
  })
})
