import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { drawConnect } from '../../src/lab/text-connect.ts'
import { sampleResult } from './bench-sample.ts'

const paper = (columns: number) => ({ chalk: new Chalk({ level: 0 }), columns })
const text = (lines: readonly string[]) => `\n${lines.join('\n')}\n`

describe('drawConnect', () => {
  it('shows a new connection for each request against the kept one', () => {
    expect(text(drawConnect(sampleResult(), paper(80)))).toMatchInlineSnapshot(`
      "
      Connections · a new one for each request against a kept one · closed loop · 64 B
      path                       connection  vs kept  req/s     p50     p99   p99.9
      ─────────────────────────────────────────────────────────────────────────────
      unix echo                  kept                 47.6k  21.2µs  23.3µs  87.3µs
      unix echo                  new            ×5.3   9009   112µs   123µs   461µs
      3 hops: lb, proxy, server  kept                  9615   105µs   116µs   433µs
      3 hops: lb, proxy, server  new            ×1.9   5155   196µs   216µs   806µs
      "
    `)
  })

  it('compares nothing that was not measured', () => {
    const scenarios = sampleResult().scenarios.filter(({ section, path }) =>
      section === 'connect' ? path.endsWith('connecting') : false,
    )
    const lines = drawConnect(sampleResult({ scenarios }), paper(80))

    expect(lines).toHaveLength(5)
    expect(lines.join('\n')).not.toContain('×')
    expect(drawConnect(sampleResult({ scenarios: [] }), paper(80))).toEqual([])
  })
})
