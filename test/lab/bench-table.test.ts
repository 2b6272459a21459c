import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { renderBench } from '../../src/lab/bench-table.ts'
import { sampleResult } from './samples.ts'

const plain = new Chalk({ level: 0 })

describe('renderBench', () => {
  it('shows where, what and how sure', () => {
    expect(renderBench(sampleResult({ loadAverage: 2.6 }), plain)).toMatchInlineSnapshot(`
      "udsim bench · node v20.20.2 · linux x64 · 2 cores · load 2.6 · 64 B · 3 rounds interleaved

      Latency, 1 outstanding
      path              p50     p99   p99.9     cost          spread  requests
      ────────────────────────────────────────────────────────────────────────
      raw echo       20.0µs  45.0µs   300µs        -  19.5µs..20.5µs     60000
      1 hop: server  31.3µs  80.0µs  1.24ms  +11.3µs  31.0µs..33.0µs     38000

      Throughput, one connection
      path           64 outstanding req/s  256 outstanding req/s  requests
      ────────────────────────────────────────────────────────────────────
      raw echo                    1500000                4000000   4125000
      1 hop: server                480000                 700000    885000

      Closed loop: each answer sends the next request, so nothing waits for a turn as users would.
      p50, p99, req/s: medians of 3 rounds; p99.9: of all requests; cost: p50 over the path before; spread: p50 of the rounds.
      Unsteady figures: load average 2.6 on 2 cores at the start. Run again on a quiet machine before comparing.
      "
    `)
  })

  it('says nothing of trust where nothing speaks against it, and fits 120 columns', () => {
    const text = renderBench(sampleResult(), plain)

    expect(text).not.toContain('Unsteady')
    expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(120)
  })

  it('shows a path that came out faster than the one before as what it is', () => {
    const [raw, oneHop] = sampleResult().latency
    const text = renderBench(sampleResult({ latency: [raw!, { ...oneHop!, p50Us: 18 }] }), plain)

    expect(text).toContain('-2.00µs')
  })

  it('speaks of one round in the singular', () => {
    const text = renderBench(sampleResult({ rounds: 1, cpus: 1 }), plain)

    expect(text).toContain('· 1 core ·')
    expect(text).toContain('· 1 round\n')
  })

  it('has colours with a Chalk that has, and no escape byte without', () => {
    expect(renderBench(sampleResult(), new Chalk({ level: 1 }))).toContain('\x1b[1m')
    expect(renderBench(sampleResult(), plain)).not.toContain('\x1b')
  })
})
