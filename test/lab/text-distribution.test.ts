import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import type { Figures } from '../../src/lab/bench-result.ts'
import { drawDistributions } from '../../src/lab/text-distribution.ts'
import { fileScenarios, sampleResult } from './bench-sample.ts'

const paper = (columns: number) => ({ chalk: new Chalk({ level: 0 }), columns })
const text = (lines: readonly string[]) => `\n${lines.join('\n')}\n`

describe('drawDistributions', () => {
  it('shows the spectrum with bars beside it, as far as there is room', () => {
    const [hops] = drawDistributions(sampleResult(), paper(120))

    expect(text(hops!)).toMatchInlineSnapshot(`
      "
      Response times · 3 hops: lb, proxy, server, 1 outstanding · Value in ms
             Value     Percentile TotalCount 1/(1-Percentile)
            0.0927 0.000000000000         40           1.00      92.8µs ..  125µs  10100  99.31%  ████████████████████████████
            0.1052 0.500000000000       5200           2.00       125µs ..  168µs      0   0.00%
            0.1108 0.750000000000       7820           4.00       168µs ..  225µs      0   0.00%
            0.1133 0.875000000000       8960           8.00       225µs ..  303µs      0   0.00%
            0.1153 0.937500000000       9620          16.00       303µs ..  408µs      0   0.00%
            0.1168 0.968750000000       9900          32.00       408µs ..  548µs     60   0.59%  ▏
            0.1182 0.984375000000      10040          64.00       548µs ..  737µs      0   0.00%
            0.1187 0.992187500000      10100         128.00       737µs ..  991µs      0   0.00%
            0.4210 0.996093750000      10136         256.00       991µs .. 1.33ms      0   0.00%
            0.4330 0.998046875000      10160         512.00      1.33ms .. 1.79ms      0   0.00%
            3.0960 0.999023437500      10162        1024.00      1.79ms .. 2.41ms      0   0.00%
            3.1440 0.999511718750      10166        2048.00      2.41ms .. 3.24ms     10   0.10%  ▏
            3.1760 0.999755859375      10168        4096.00
            3.2400 0.999877929688      10170        8192.00
            3.2400 1.000000000000      10170
      #[Mean    =       0.1101, StdDeviation   =       0.0988]
      #[Max     =       3.2400, Total count    =        10170]
      "
    `)
  })

  it('shows the bars below at 80 columns', () => {
    const [hops] = drawDistributions(sampleResult(), paper(80))

    expect(text(hops!.slice(-14))).toMatchInlineSnapshot(`
      "
      #[Max     =       3.2400, Total count    =        10170]

      92.8µs ..  125µs  10100  99.31%  ███████████████████████████████████████████████
       125µs ..  168µs      0   0.00%
       168µs ..  225µs      0   0.00%
       225µs ..  303µs      0   0.00%
       303µs ..  408µs      0   0.00%
       408µs ..  548µs     60   0.59%  ▎
       548µs ..  737µs      0   0.00%
       737µs ..  991µs      0   0.00%
       991µs .. 1.33ms      0   0.00%
      1.33ms .. 1.79ms      0   0.00%
      1.79ms .. 2.41ms      0   0.00%
      2.41ms .. 3.24ms     10   0.10%  ▏
      "
    `)
    expect(Math.max(...hops!.map(line => line.length))).toBeLessThanOrEqual(80)
  })

  it('is of the longest path with one request at a time, and of the load runs on paths of ours', () => {
    const titles = (scenarios: readonly Figures[]) =>
      drawDistributions(sampleResult({ scenarios }), paper(120)).map(([title]) => title)

    expect(titles(sampleResult().scenarios)).toEqual([
      'Response times · 3 hops: lb, proxy, server, 1 outstanding · Value in ms',
      'Response times · 3 hops: lb, proxy, server, 2000/s · Value in ms',
    ])
    expect(titles(fileScenarios())).toEqual([
      'Response times · my.json, 200/s on 4 connections · Value in ms',
      'Response times · my.json, 1 outstanding · Value in ms',
      'Response times · my.json, 64 outstanding on 4 connections · Value in ms',
    ])
    expect(titles([])).toEqual([])
  })

  it('says nothing of a run that nothing answered', () => {
    const scenarios = fileScenarios().map(each => ({ ...each, histogram: [] }))

    expect(drawDistributions(sampleResult({ scenarios }), paper(120))).toEqual([])
  })
})
