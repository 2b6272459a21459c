import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { anatomyOf } from '../../src/lab/anatomy.ts'
import { drawAnatomy } from '../../src/lab/text-anatomy.ts'
import type { EndedRequest } from '../../src/stats/request-report.ts'
import type { Role } from '../../src/topology/types.ts'
import { textWidth } from '../../src/view/text-width.ts'
import type { TracedHop } from '../../src/wire/trace.ts'

const plain = new Chalk({ level: 0 })

interface Keys {
  readonly queueMs?: number
  readonly failedMs?: number
  readonly proxy?: string
  readonly server?: string
}

/** Everything takes its own tenths of a millisecond. */
function request({ queueMs = 0, failedMs = 0, proxy = 'proxy-1', server = 'server-1' }: Keys = {}): EndedRequest {
  let nowMs = 0
  const after = (ms: number) => {
    nowMs += ms
    return nowMs
  }
  const there = (node: string): TracedHop => {
    const inMs = after(0.1)
    const begunMs = after(node === 'lb' ? failedMs : 0)
    return { node, inMs, begunMs, leftMs: after(0.05), outMs: 0, attempts: [] }
  }
  const leftMs = after(0.02)
  const [lb, middle] = [there('lb'), there(proxy)]
  const inMs = after(0.1)
  const begunMs = after(queueMs)
  const last: TracedHop = { node: server, inMs, begunMs, leftMs: begunMs, outMs: after(1), attempts: [] }
  const back = (hop: TracedHop, next: string, failed: number): TracedHop => {
    const readMs = after(0.2)
    const tries = failed > 0 ? [{ node: 'gone', code: 2, ms: failed }] : []
    const attempts = [...tries, { node: next, code: 0, ms: readMs - hop.begunMs }]
    return { ...hop, attempts, outMs: after(0.03) }
  }
  const trace = [last, back(middle, server, 0), back(lb, proxy, failedMs)]
  const endedMs = after(0.2)
  const attempts = [{ node: 'lb', code: 0, ms: endedMs }]
  return { id: 1, code: 0, plannedMs: 0, sentMs: 0, leftMs, endedMs, attempts, trace }
}

const roleOf = (id: string): Role =>
  id.startsWith('server') ? 'server' : id.startsWith('proxy') ? 'proxy' : 'load-balancer'

const drawn = (requests: readonly EndedRequest[], columns = 80, untracedP50Us: number | null = null) =>
  drawAnatomy(anatomyOf(requests, roleOf, untracedP50Us), { chalk: plain, columns })

const many = (count: number, keys?: Keys) => Array.from({ length: count }, () => request(keys))

describe('the text of an anatomy', () => {
  it('is a line for each part of each hop, with bars for the median and for the slowest', () => {
    const lines = drawn([...many(196), ...many(4, { queueMs: 8, server: 'server-2' })])

    expect(lines).toEqual([
      'Where the time goes · 200 traced requests · response p50 2.08ms, p99 10.1ms',
      'hop        part            p50     p99  of the median        of p99',
      '────────────────────────────────────────────────────────────────────────────────',
      'client     node         20.0µs  20.0µs    1% ▏                 0% ▏',
      'lb         socket in     100µs   100µs    5% ▉                 1% ▏',
      '           node         50.0µs  50.0µs    2% ▍                 0% ▏',
      '           node back    30.0µs  30.0µs    1% ▎                 0% ▏',
      '           socket back   200µs   200µs   10% █▊                2% ▍',
      'proxy-1    socket in     100µs   100µs    5% ▉                 1% ▏',
      '           node         50.0µs  50.0µs    2% ▍                 0% ▏',
      '           node back    30.0µs  30.0µs    1% ▎                 0% ▏',
      '           socket back   200µs   200µs   10% █▊                2% ▍',
      '2 servers  socket in     100µs   100µs    5% ▉                 1% ▏',
      '           queue        0.00µs  8.00ms    0%                  79% ██████████████',
      '           service      1.00ms  1.00ms   48% ████████▌        10% █▊',
      '           socket back   200µs   200µs   10% █▊                2% ▍',
      'Bars are shares of the response time, in the mean of the 196 requests from',
      '2.08ms to 2.08ms (median) and of the 4 from 10.1ms up (p99).',
      'p99 takes 8.00ms more than the median: 8.00ms in queue of the 2 servers.',
    ])
  })

  it.each([40, 60, 79, 80, 100, 140, 200])('fits into %i columns, bars in 12 to 30 cells', columns => {
    const lines = drawn([...many(150), ...many(3, { queueMs: 8, failedMs: 2, proxy: 'proxy-2' })], columns)
    const bars = lines.flatMap(line => line.match(/[▏▎▍▌▋▊▉█]+/g) ?? [])
    const longest = Math.max(...bars.map(bar => bar.length))

    for (const line of lines) expect(textWidth(line), line).toBeLessThanOrEqual(columns)
    if (columns < 79) return
    expect(longest).toBeGreaterThanOrEqual(12)
    expect(longest).toBeLessThanOrEqual(30)
  })

  it('shows failed attempts where there were any', () => {
    const text = drawn([...many(50), ...many(1, { failedMs: 2 })]).join('\n')

    expect(text).toContain('failed tries')
    expect(drawn(many(50)).join('\n')).not.toContain('failed tries')
  })

  it('says what is not in it, and what tracing costs', () => {
    const [failed, cut] = [
      { ...request(), code: 2 },
      { ...request(), trace: [] },
    ]
    const late = { ...request(), plannedMs: 0.02 }
    const text = drawn([...many(20), failed, cut, cut, late], 200, 1_000).join('\n')

    expect(text).toContain('Traced and not in these figures: 1 that failed, 2 whose trace is cut.')
    expect(text).toContain('In 1 a stamp lay before the one that it follows, and was counted as that one.')
    expect(text).toMatch(/Traced requests take \S+ more than the others at p50/)
  })

  it('cuts a long name of a node', () => {
    const text = drawn(many(3, { proxy: 'proxy-with-a-very-long-name' })).join('\n')

    expect(text).toContain('proxy-with-…')
  })

  it('is nothing where no request told its way', () => {
    expect(drawn([])).toEqual([])
    expect(drawn([{ ...request(), trace: [] }])).toEqual([])
  })
})
