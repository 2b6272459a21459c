import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { hopCostsOf } from '../../src/lab/hop-costs.ts'
import { drawHopCosts, drawLatency } from '../../src/lab/text-latency.ts'
import { figuresWith, sampleResult, suiteScenarios } from './bench-sample.ts'

const paper = (columns: number) => ({ chalk: new Chalk({ level: 0 }), columns })
const text = (lines: readonly string[]) => `\n${lines.join('\n')}\n`

describe('drawLatency', () => {
  it('shows every path with its times, its spread and its rounds', () => {
    expect(text(drawLatency(sampleResult(), paper(120)))).toMatchInlineSnapshot(`
      "
      Latency · closed loop · 1 outstanding · 64 B
      path                          p50     p90     p99   p99.9     max         mean ± σ  requests  rounds
      ────────────────────────────────────────────────────────────────────────────────────────────────────
      unix echo                  21.2µs  22.9µs  23.3µs  87.3µs   654µs  22.2µs ± 19.9µs     10170  ▂▁▂▁▂
      tcp echo                   34.3µs  37.1µs  37.9µs   142µs  1.06ms  36.0µs ± 32.3µs     10170  ▂▁▂▁▂
      pipe echo                  24.2µs  26.2µs  26.7µs  99.8µs   750µs  25.4µs ± 22.8µs     10170  ▂▁▂▁▂
      channel echo               60.6µs  65.8µs  66.8µs   250µs  1.88ms  63.5µs ± 57.1µs     10170  ▂▁▂▁▂
      1 hop: server              38.4µs  41.6µs  42.1µs   159µs  1.19ms  40.2µs ± 36.1µs     10170  ▂▁▂▁▂
      2 hops: proxy, server      71.7µs  77.8µs  78.8µs   295µs  2.22ms  75.2µs ± 67.5µs     10170  ▂▁▂▁▂
      3 hops: lb, proxy, server   105µs   114µs   116µs   433µs  3.24ms   110µs ± 98.8µs     10170  ▂▁▂▁▂
      "
    `)
  })

  it('keeps what matters most at 80 columns', () => {
    const lines = drawLatency(sampleResult(), paper(80))

    expect(lines[1]!.split(/ +/)).toEqual(['path', 'p50', 'p90', 'p99', 'p99.9', 'max', 'rounds'])
  })

  it('says nothing where nothing was measured', () => {
    expect(drawLatency(sampleResult({ scenarios: [] }), paper(80))).toEqual([])
    expect(drawHopCosts(sampleResult({ scenarios: [] }), paper(80))).toEqual([])
  })
})

describe('drawHopCosts', () => {
  it('shows each hop over the one before, with its interval', () => {
    expect(text(drawHopCosts(sampleResult(), paper(120)))).toMatchInlineSnapshot(`
      "
      Cost of a hop · difference of p50 within each round, its mean · 95 % interval by Student's t
      from       to                            cost       95 % interval
      ─────────────────────────────────────────────────────────────────
      unix echo  1 hop: server              +17.2µs  +16.8µs .. +17.6µs
      1 hop      2 hops: proxy, server      +33.4µs  +32.6µs .. +34.2µs
      2 hops     3 hops: lb, proxy, server  +33.4µs  +32.6µs .. +34.2µs
      unix echo  3 hops: lb, proxy, server  +84.0µs  +82.0µs .. +86.0µs
      "
    `)
  })

  it('shows a cost below nothing as what it is', () => {
    const scenarios = [
      figuresWith({ path: 'unix echo', hops: 0 }, { p50Us: [20, 21, 22] }),
      figuresWith({}, { p50Us: [18, 18.5, 20.5] }),
    ]
    const lines = drawHopCosts(sampleResult({ scenarios, hopCosts: hopCostsOf(scenarios) }), paper(120))

    expect(lines.at(-1)).toBe('unix echo  1 hop: server  -2.00µs  -3.24µs .. -0.76µs')
  })

  it.each([
    [1, '1 round is too few for an interval'],
    [2, '2 rounds are too few for an interval'],
  ])('claims no interval of %d rounds', (rounds, words) => {
    const lines = drawHopCosts(sampleResult({ scenarios: suiteScenarios(rounds) }), paper(120))

    expect(lines[0]).toContain(words)
    expect(lines.at(-1)).toMatch(/ -$/)
  })
})
