import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { drawLoad } from '../../src/lab/text-load.ts'
import { fileScenarios, sampleResult } from './bench-sample.ts'

const paper = (columns: number, level: 0 | 1 = 0) => ({ chalk: new Chalk({ level }), columns })
const text = (lines: readonly string[]) => `\n${lines.join('\n')}\n`

describe('drawLoad', () => {
  it('tells rates, lag and failures, then response and service time, of each load', () => {
    expect(text(drawLoad(sampleResult({ scenarios: fileScenarios() }), paper(120)))).toMatchInlineSnapshot(`
      "
      Load · open and closed loop · 64 B · lag: how late the generator sent
      path       loop    load                             asked/s  answered/s    ±   sent  failed  lag p50  lag p99  lag max
      ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
      unix echo  closed  1 outstanding                          -       47.6k  ±0%  10170       0        -        -        -
      my.json    open    200/s on 4 connections               200         200  ±0%  10170       0    520µs   1.08ms   2.10ms
      my.json    closed  1 outstanding                          -         189  ±0%  10170       0        -        -        -
      my.json    closed  64 outstanding on 4 connections        -         721  ±0%  10170       0        -        -        -

      Times under load · response time from the planned send · service time from the actual send
      path       load                             time         p50     p90     p99   p99.9    max         mean ± σ  rounds
      ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
      unix echo  1 outstanding                    both      21.2µs  22.9µs  23.3µs  87.3µs  654µs  22.2µs ± 19.9µs  ▂▁▂▁▂
      my.json    200/s on 4 connections           response  5.35ms  5.78ms  5.90ms  22.1ms  165ms  5.61ms ± 5.04ms  ▂▁▂▁▂
                                                  service   5.35ms  5.78ms  5.90ms  22.1ms  165ms           5.61ms  ▂▁▂▁▂
      my.json    1 outstanding                    both      5.35ms  5.78ms  5.90ms  22.1ms  165ms  5.61ms ± 5.04ms  ▂▁▂▁▂
      my.json    64 outstanding on 4 connections  both      89.7ms  97.0ms  98.6ms   370ms  2.78s  94.0ms ± 84.4ms  ▂▁▂▁▂
      "
    `)
  })

  it('keeps what was asked, answered and failed, and both times, at 80 columns', () => {
    const lines = drawLoad(sampleResult(), paper(80))

    expect(lines.join('\n')).toMatch(
      /asked\/s +answered\/s +failed +lag p99[\s\S]*response +626µs[\s\S]*service +626µs/,
    )
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(80)
  })

  it('tells the shape and the keys of a load, once', () => {
    const form = 'ramp:from=0 keys uniform:count=9'
    const own = fileScenarios().map(each => (each.hops > 0 ? { ...each, form } : each))
    const [first] = drawLoad(sampleResult({ scenarios: own }), paper(120))

    expect(first).toBe(`Load · open and closed loop · ${form} · 64 B · lag: how late the generator sent`)
  })

  it('speaks of no lag where nothing could be late', () => {
    const closed = fileScenarios().filter(({ loop }) => loop === 'closed')

    expect(drawLoad(sampleResult({ scenarios: closed }), paper(120)).join('\n')).not.toContain('lag')
  })

  it('shows failures as such', () => {
    const [figures] = fileScenarios()
    const lines = drawLoad(sampleResult({ scenarios: [{ ...figures!, failed: 3 }] }), paper(120, 1))

    expect(lines.join('\n')).toContain('\x1b[31m     3\x1b[39m')
  })

  it('tells the greatest lag of all rounds, and the median of the others', () => {
    const [, open] = fileScenarios(3)
    const rounds = [1, 5, 2].map((us, i) => ({ ...open!.rounds[i]!, lagUs: { p50: us, p99: us * 10, max: us * 100 } }))
    const lines = drawLoad(sampleResult({ scenarios: [{ ...open!, rounds }] }), paper(120))

    expect(lines[3]).toMatch(/ 2\.00µs +20\.0µs +500µs$/)
  })

  it('says nothing without a load run', () => {
    expect(drawLoad(sampleResult({ scenarios: [] }), paper(80))).toEqual([])
  })
})
