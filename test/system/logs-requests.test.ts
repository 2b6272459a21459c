/** `--log-requests` on real processes: a line for each request, whose path the counters of the nodes confirm. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { HopReport, RequestReport } from '../../src/stats/request-report.ts'
import { type SummaryLine, startRun } from '../support/processes.ts'

/** A busy machine may be slow, and a request that timed out would be told otherwise by those behind it. */
const PATIENT = { loadBalancer: { timeout: '20s', attemptTimeout: '20s' }, proxy: { timeout: '20s' } }

interface LogLine extends RequestReport {
  readonly level: number
  readonly node: string
  readonly role: string
  readonly pid: number
  readonly msg: string
}

async function runLogged(...args: readonly string[]): Promise<{ summary: SummaryLine; lines: LogLine[] }> {
  const topology = {
    loadBalancers: [{ id: 'lb' }],
    proxies: [{ id: 'proxy-1' }, { id: 'proxy-2' }],
    servers: [1, 2].map(n => ({ id: `server-${n}`, behind: `proxy-${n}`, errorRate: 0.1 })),
    defaults: PATIENT,
    load: { rate: 150, timeout: '20s' },
  }
  const run = startRun({ topology, args: ['--duration', '600ms', '--log-file', 'run.log', ...args] })
  const { code, stderr } = await run.ended
  expect([code, stderr]).toEqual([0, ''])
  const text = readFileSync(join(run.dir, 'run.log'), 'utf8')
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line): LogLine => JSON.parse(line))
  return { summary: run.lines.at(-1) as SummaryLine, lines: lines.filter(({ msg }) => msg === 'request') }
}

/** The stamps come from three processes, each with its own reading of the host's clock. */
function expectTimesOf({ node, ms, toMs, waitMs, backMs }: HopReport): void {
  for (const figure of [ms, toMs, waitMs, backMs]) expect(figure, node).toBeGreaterThanOrEqual(0)
}

it('logs each request on demand with its path, outcome and time per hop, as the nodes counted them', async () => {
  const [{ summary, lines }, silent] = await Promise.all([runLogged('--log-requests'), runLogged()])
  const { sent, answered, failedBy } = summary.client
  const outcomes = (outcome: string) => lines.filter(line => line.outcome === outcome)

  expect(sent).toBeGreaterThan(0)
  expect(lines.map(({ id }) => id).sort((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_, i) => i + 1))
  expect(outcomes('answered').length).toBe(answered)
  for (const [reason, count] of Object.entries(failedBy)) expect(outcomes(reason).length, reason).toBe(count)
  for (const { id, answered: byNode } of summary.nodes) {
    const through = outcomes('answered').filter(({ path }) => path.split(' > ').includes(id))
    expect(through.length, id).toBe(byNode)
  }
  for (const line of outcomes('answered')) {
    expect(line).toMatchObject({ level: 30, node: 'built-in clients', role: 'client' })
    expect(line.path).toMatch(/^lb > proxy-([12]) > server-\1$/)
    expect(line.path).toBe(line.hops.map(hop => hop.node).join(' > '))
    for (const hop of line.hops) expectTimesOf(hop)
  }

  expect(silent.summary.client.sent).toBeGreaterThan(0)
  expect(silent.lines).toEqual([])
})
