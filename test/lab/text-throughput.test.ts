import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { drawThroughput } from '../../src/lab/text-throughput.ts'
import { figuresWith, sampleResult } from './bench-sample.ts'

const paper = (columns: number) => ({ chalk: new Chalk({ level: 0 }), columns })
const text = (lines: readonly string[]) => `\n${lines.join('\n')}\n`

describe('drawThroughput', () => {
  it('is a matrix of paths and loads', () => {
    expect(text(drawThroughput(sampleResult(), paper(120)))).toMatchInlineSnapshot(`
      "
      Throughput · answers per second, by outstanding requests · closed loop · 64 B
      path                           1    ±     16    ±     64    ±    256    ±  64 connections    ±
      ──────────────────────────────────────────────────────────────────────────────────────────────
      unix echo                  47.6k  ±0%   160k  ±0%   182k  ±0%   188k  ±0%            182k  ±0%
      1 hop: server              26.3k  ±0%  88.6k  ±0%   101k  ±0%   104k  ±0%            101k  ±0%
      2 hops: proxy, server      14.1k  ±0%  47.4k  ±0%  53.8k  ±0%  55.7k  ±0%           53.8k  ±0%
      3 hops: lb, proxy, server   9615  ±0%  32.4k  ±0%  36.7k  ±0%  38.0k  ±0%           36.7k  ±0%
      "
    `)
  })

  it('gives up the spread of all loads at once at 80 columns', () => {
    const [, titles] = drawThroughput(sampleResult(), paper(80))

    expect(titles).toMatch(/^path +1 +16 +64 +256 +64 connections$/)
  })

  it('fits 60 columns with every load', () => {
    const lines = drawThroughput(sampleResult(), paper(60))

    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(60)
    expect(lines.join('\n')).toMatch(/path +1 +16 +64 +256 +64 connections$/m)
  })

  it('leaves a hole where a partial run has none', () => {
    const scenarios = [
      figuresWith({ section: 'throughput', path: 'unix echo', outstanding: 16 }, { p50Us: [1] }),
      figuresWith({ section: 'throughput', path: 'unix echo', outstanding: 64 }, { p50Us: [1] }),
      figuresWith({ section: 'throughput', outstanding: 16 }, { p50Us: [1] }),
    ]

    expect(drawThroughput(sampleResult({ scenarios }), paper(80)).at(-1)).toMatch(/^1 hop: server +2500 +-$/)
    expect(drawThroughput(sampleResult({ scenarios: [] }), paper(80))).toEqual([])
  })
})
