import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { renderSummary } from '../../src/view/summary.ts'
import { NO_LATENCY } from '../support/stats.ts'
import { clientStats, nodeStats, summaryReport } from './samples.ts'

const OPTIONS = { width: 100, chalk: new Chalk({ level: 0 }), topologyName: 'topology.json' }
const WELL = Array.from({ length: 9 }, (_, i) => nodeStats(`server-${i}`))
const below = (parts: Parameters<typeof summaryReport>[0]) => renderSummary(summaryReport(parts), OPTIONS).slice(12)

describe('summary', () => {
  it('accounts for a run below its table', () => {
    expect(`\n${renderSummary(summaryReport(), OPTIONS).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      NODE          REQUESTS  REQ/S   SHARE  EXPECT     P50     P99  ERRORS  RETRIED  RESTARTS
      ────────────────────────────────────────────────────────────────────────────────────────
      lb                2404    200  100.0%  100.0%   398µs  1.21ms       3       14         0
      ├ proxy-1         1203    100   50.0%   50.0%   204µs   870µs       3        0         0
      │ ├ server-1       428     50   25.2%   16.7%  38.0µs   112µs       0        -         0
      │ ├ server-2       427     50   24.8%   16.7%  38.0µs   112µs       0        -         0
      │ └ server-3      ~346      0    0.0%   16.7%       -       -       0        -         1
      └ proxy-2         1201    100   50.0%   50.0%   197µs   640µs       0        0         0
        ├ server-4       401     33   16.8%   16.7%  38.0µs   112µs       0        -         0
        ├ server-5       400     33   16.5%   16.7%  2.05ms  11.8ms       0        -         0
        └ server-6       400     33   16.7%   16.7%  38.0µs   112µs       0        -         0

      run        topology.json · 30s · ended by SIGINT
      requests   sent 2404 · answered 2400 · failed 4 · pending 0
      failed by  connectionLost 3, timeout 1
      at nodes   lb       failed 3 (connectionLost 2, timeout 1) · retried 14
                 proxy-1  failed 3 (connectionLost 3)
      died       server-3  signal SIGKILL
      latency    p50 412µs · p99 1.24ms · p99.9 1.98ms · max 3.10ms from the planned send
      changes    1 restart · 2 reloads · drained in 12ms
      laws       ok: every request is accounted for
      "
    `)
  })

  it('says how nodes that died ended last, and the line that tells most of it', () => {
    const died = (id: string, lastExit: string, ...lastLines: string[]) => nodeStats(id, { lastExit, lastLines })
    const nodes = [
      died('server-1', 'code 1', '    at x', 'Error: no such \x1btable', '    at y', 'Node.js v20.19.0'),
      died('lb', 'signal SIGKILL'),
      ...WELL,
    ]
    expect(below({ nodes }).filter((_, i, lines) => lines.findIndex(line => line.startsWith('died')) <= i)).toEqual([
      'died       server-1  code 1: Error: no such \\x1btable',
      '           lb        signal SIGKILL',
      expect.stringMatching(/^latency/),
      expect.stringMatching(/^changes/),
      expect.stringMatching(/^laws/),
    ])
    const many = Array.from({ length: 9 }, (_, i) => died(`server-${i}`, 'code 1', 'x'.repeat(200)))
    const lines = renderSummary(summaryReport({ nodes: many }), { ...OPTIONS, width: 60 })
    expect(lines.filter(line => /code 1: x+…$/.test(line))).toHaveLength(5)
    expect(lines).toContain('           and 4 more nodes')
  })

  it('names each law that is broken', () => {
    expect(below({ violations: ['lb: sent 3, accounted 2', 'proxy-1: in flight 1 after the end'] }).slice(-3)).toEqual([
      'laws       2 broken',
      '           lb: sent 3, accounted 2',
      '           proxy-1: in flight 1 after the end',
    ])
  })

  it('names no failures where there are none, and no latency where nothing was answered', () => {
    const client = clientStats({ sent: 0, answered: 0, failed: 0, pending: 0, failedBy: {}, latency: NO_LATENCY })
    expect(below({ client, nodes: WELL })).toEqual([
      'run        topology.json · 30s · ended by SIGINT',
      'requests   sent 0 · answered 0 · failed 0 · pending 0',
      'latency    no request was answered',
      'changes    1 restart · 2 reloads · drained in 12ms',
      'laws       ok: every request is accounted for',
    ])
  })

  it('says how often the clients sent again', () => {
    const client = clientStats({ retried: 30, late: 2 })
    expect(below({ client, nodes: WELL })[1]).toMatch(/ · pending 2 · retried 30 · late 2$/)
  })

  it('says why of each node that failed or rejected something, and what it did about it, in the width there is', () => {
    const lb = nodeStats('lb', {
      role: 'load-balancer',
      failed: 12,
      failedBy: { shed: 3, timeout: 9 },
      rejected: 4,
      rejectedBy: { overload: 4 },
      retried: 40,
      late: 2,
    })
    const lines = below({ nodes: [lb, ...WELL.slice(1)] })
    expect(lines.slice(2, 5)).toEqual([
      'failed by  connectionLost 3, timeout 1',
      'at nodes   lb  failed 12 (timeout 9, shed 3) · rejected 4 (overload 4) · retried 40 · late 2',
      expect.stringMatching(/^latency/),
    ])
    const narrow = renderSummary(summaryReport({ nodes: [lb] }), { ...OPTIONS, width: 50 })
    const trouble = narrow.slice(narrow.findIndex(line => /^at nodes/.test(line))).slice(0, 3)
    expect(trouble.filter(line => line.length > 50)).toEqual([])
    expect(trouble.join(' ').replace(/ +/g, ' ')).toBe(
      'at nodes lb failed 12 (timeout 9, shed 3) · rejected 4 (overload 4) · retried 40 · late 2',
    )
  })
})
