import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { drawPayload } from '../../src/lab/text-payload.ts'
import { sampleResult } from './bench-sample.ts'

const paper = (columns: number) => ({ chalk: new Chalk({ level: 0 }), columns })
const text = (lines: readonly string[]) => `\n${lines.join('\n')}\n`

describe('drawPayload', () => {
  it('shows what each path carries at each size, and the hops against as many pipes', () => {
    expect(text(drawPayload(sampleResult(), paper(120)))).toMatchInlineSnapshot(`
      "
      Payload sweep · MB/s each way, of 10^6 bytes · closed loop · 1 outstanding
      payload  unix echo     p50  3 plain pipes     p50  3 hops     p50  hops / pipes
      ───────────────────────────────────────────────────────────────────────────────
         64 B       3.04  21.3µs           1.07  60.7µs    0.61   105µs         ×0.58
        1 KiB       46.0  22.5µs           16.7  61.9µs    9.73   106µs         ×0.58
       16 KiB        395  41.9µs            204  81.3µs     132   126µs         ×0.65
      256 KiB        752   352µs            676   392µs     607   436µs         ×0.90
        1 MiB        787  1.35ms            765  1.38ms     741  1.43ms         ×0.97
      "
    `)
  })

  it('keeps the rates and their ratio at 60 columns', () => {
    const titles = drawPayload(sampleResult(), paper(60)).find(line => line.startsWith('payload '))!

    expect(titles.split(/ {2,}/)).toEqual(['payload', 'unix echo', '3 plain pipes', '3 hops', 'hops / pipes'])
  })

  it('compares nothing without pipes, and says nothing without a sweep', () => {
    const scenarios = sampleResult().scenarios.filter(({ path }) => path !== '3 plain pipes')

    expect(drawPayload(sampleResult({ scenarios }), paper(120)).join('\n')).not.toContain('/ pipes')
    expect(drawPayload(sampleResult({ scenarios: [] }), paper(120))).toEqual([])
  })
})
