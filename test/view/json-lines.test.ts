import { describe, expect, it } from 'vitest'
import type { View } from '../../src/stats/reports.ts'
import { makeJsonView } from '../../src/view/json-lines.ts'
import { runEvent, SAMPLE_TIME_MS, statsReport, summaryReport } from './samples.ts'

const READY = { timeMs: 5.4, launcherPid: 1, nodes: [], tookMs: 880 }

/** What the view writes for this after `ready`. */
function linesOf(tell: (view: View) => void) {
  const lines = allLinesOf(view => {
    view.ready(READY)
    tell(view)
  })
  return lines.slice(1)
}

function allLinesOf(tell: (view: View) => void) {
  const written: string[] = []
  const view = makeJsonView({ write: text => written.push(text) })
  tell(view)
  view.close()
  expect(written.every(text => /^[^\n]+\n$/.test(text))).toBe(true)
  return written.map(text => JSON.parse(text))
}

const NODE_FIELDS =
  'id role state pid restarts received answered failed rejected retried inFlight queued panic backup failedBy rejectedBy late latency upstreams'.split(
    ' ',
  )
const UPSTREAM_FIELDS = 'id picked answered failed unconfirmed inFlight health circuit ramp admin'.split(' ')

describe('json lines', () => {
  it('tell readiness', () => {
    const nodes = [{ id: 'lb', role: 'load-balancer', pid: 2, socket: 'sockets/lb.sock' }] as const
    expect(allLinesOf(view => view.ready({ ...READY, nodes }))).toEqual([
      { type: 'ready', v: 1, time: 5, launcherPid: 1, nodes, tookMs: 880 },
    ])
  })

  it('begin with ready, and then tell what happened before it', () => {
    const lines = allLinesOf(view => {
      view.event(runEvent({ event: 'starting' }))
      view.ready(READY)
    })
    expect(lines.map(line => line.event ?? line.type)).toEqual(['ready', 'starting'])
  })

  it('tell what happened in a run that never became ready before its summary', () => {
    const lines = allLinesOf(view => {
      view.event(runEvent({ event: 'starting' }))
      view.summary(summaryReport())
    })
    expect(lines.map(line => line.event ?? line.type)).toEqual(['starting', 'summary'])
  })

  it('tell figures with the fields of the contract', () => {
    const [line] = linesOf(view => view.stats(statsReport()))
    expect(line).toMatchObject({ type: 'stats', v: 1, time: SAMPLE_TIME_MS, client: { sent: 2404, pending: 2 } })
    expect(line.nodes).toHaveLength(9)
    expect(Object.keys(line.nodes[0])).toEqual(expect.arrayContaining(NODE_FIELDS))
    expect(Object.keys(line.nodes[0].latency)).toEqual(['count', 'p50Us', 'p99Us', 'p999Us', 'maxUs'])
    expect(Object.keys(line.nodes[0].upstreams[0])).toEqual(expect.arrayContaining(UPSTREAM_FIELDS))
    expect(line).not.toHaveProperty('timeMs')
  })

  it('tell an event with its own fields beside ours and never in their place', () => {
    const fields = { signal: 'SIGKILL', pid: 7, type: 'x', time: 0, node: null }
    const [line] = linesOf(view => view.event(runEvent({ fields })))
    expect(line).toEqual({
      type: 'event',
      v: 1,
      time: SAMPLE_TIME_MS,
      event: 'exit',
      node: 'server-3',
      detail: 'signal SIGKILL',
      signal: 'SIGKILL',
      pid: 7,
    })
  })

  it('tell what a node sees of an upstream, with the reason and the time', () => {
    const fields = { upstream: 'server-3', reason: '5 failures in a row', forMs: 2_070 }
    const [ejected, panic] = linesOf(view => {
      view.event(runEvent({ event: 'ejected', node: 'proxy-1', detail: 'server-3: 5 failures in a row', fields }))
      view.event(runEvent({ event: 'panic', node: 'proxy-1', detail: '1 of 3 usable' }))
    })
    expect(ejected).toMatchObject({ type: 'event', event: 'ejected', node: 'proxy-1', ...fields })
    expect(panic).toMatchObject({ type: 'event', event: 'panic', node: 'proxy-1', detail: '1 of 3 usable' })
  })

  it('tell log lines too, without a byte that a terminal would obey', () => {
    const written: string[] = []
    const view = makeJsonView({ write: text => written.push(text) })
    view.ready(READY)
    view.event(runEvent({ event: 'log', detail: '\x1b[2J\x9b31m\u202e' }))
    expect(written[1]).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
    expect(JSON.parse(written[1]!).detail).toBe('\x1b[2J\x9b31m\u202e')
  })

  it('tell the end: laws ok, or each that is broken', () => {
    const [good] = linesOf(view => view.summary(summaryReport()))
    const [bad] = linesOf(view => view.summary(summaryReport({ violations: ['lb: 1 too many'] })))
    expect(good).toMatchObject({
      type: 'summary',
      v: 1,
      reason: 'SIGINT',
      laws: 'ok',
      client: { sent: 2404, answered: 2400, failed: 4, pending: 0 },
    })
    expect(good.nodes).toHaveLength(9)
    expect(bad.laws).toEqual(['lb: 1 too many'])
  })
})
