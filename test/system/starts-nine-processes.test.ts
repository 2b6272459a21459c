import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { NodeStats } from '../../src/stats/reports.ts'
import { expectAllAnswered, expectLawsInEveryLine } from '../support/claims.ts'
import { NOTHING_LEFT, nineNodes, nodeOf, type Run, startRun } from '../support/processes.ts'

const RESIDENT_BYTES_MAX = 80 * 1_048_576

let run: Run
let children: number[]
beforeAll(async () => {
  run = startRun({ topology: nineNodes({ rate: 500 }), args: ['--duration', '3s'] })
  await run.ready()
  children = run.children()
})

const spreadOf = (nodes: readonly NodeStats[]) => {
  const counts = nodes.map(({ received }) => received)
  return Math.max(...counts) - Math.min(...counts)
}

describe('a run of nine nodes', () => {
  it('makes each node a process of its own, behind a socket that only its user may enter', async () => {
    const { nodes, launcherPid } = await run.ready()
    const modeOf = (path: string) => (lstatSync(join(run.dir, path)).mode & 0o777).toString(8)

    expect(nodes.map(({ id, role }) => `${role} ${id}`)).toEqual([
      'load-balancer lb',
      ...[1, 2].map(n => `proxy proxy-${n}`),
      ...[1, 2, 3, 4, 5, 6].map(n => `server server-${n}`),
    ])
    expect(launcherPid).toBe(run.pid)
    expect(new Set(nodes.map(({ pid }) => pid)).size).toBe(9)
    // The built-in clients are the tenth.
    expect(children.length).toBe(10)
    expect(children).toEqual(expect.arrayContaining(nodes.map(({ pid }) => pid)))
    expect(nodes.every(({ socket }) => lstatSync(join(run.dir, socket)).isSocket())).toBe(true)
    expect([modeOf('sockets'), ...nodes.map(({ socket }) => modeOf(socket))]).toEqual(['700', ...Array(9).fill('600')])
  })

  it('keeps every node small', async () => {
    const { nodes } = await run.statsWhen(
      ({ nodes, client }) => client.answered > 500 && nodes.every(({ memoryBytes }) => memoryBytes !== null),
      'all nodes told of their memory under load',
    )

    expect(Math.max(...nodes.map(({ memoryBytes }) => memoryBytes!))).toBeLessThan(RESIDENT_BYTES_MAX)
  })

  it('answers every request, and says so when its time is up', async () => {
    const { code, stderr } = await run.ended
    const { client, laws, reason } = run.summary()

    expect([code, stderr, reason, laws]).toEqual([0, '', 'duration', 'ok'])
    expect(client.sent).toBeGreaterThan(1_000)
    expect(client.latency.count).toBe(client.sent)
    expectAllAnswered(client)
  })

  it('takes turns to within one request', async () => {
    await run.ended
    const summary = run.summary()
    const nodes = (...ids: string[]) => ids.map(id => nodeOf(summary, id))

    expect(nodeOf(summary, 'lb').received).toBe(summary.client.sent)
    expect(spreadOf(nodes('proxy-1', 'proxy-2'))).toBeLessThanOrEqual(1)
    expect(spreadOf(nodes('server-1', 'server-2', 'server-3'))).toBeLessThanOrEqual(1)
    expect(spreadOf(nodes('server-4', 'server-5', 'server-6'))).toBeLessThanOrEqual(1)
  })

  it('keeps its accounts in every line', async () => {
    await run.ended

    expect(run.stats().length).toBeGreaterThan(5)
    expectLawsInEveryLine(run.lines)
  })

  it('leaves no process and no socket', async () => {
    await run.ended

    expect(run.leftovers(children)).toEqual(NOTHING_LEFT)
  })
})
