/** Where every server fails whatever it is asked, trying again helps nobody: retries are a small part of the load. */
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { expectLawsInEveryLine } from '../support/claims.ts'
import { sized, tell } from '../support/full-size.ts'
import { expectNothingLeft, familyOf } from '../support/left-behind.ts'
import { nineNodes, nodeOf, startRun } from '../support/processes.ts'

const RATE = sized(400, 1_000)
const LOAD_MS = sized(1_500, 20_000)
/** DEFAULTS.loadBalancer.retryBudget and retryReserve. */
const BUDGET = 0.1
const RESERVE_PER_SECOND = 10
/** A node starts with as much as it can save up. */
const SAVED_SECONDS = 10

describe(`nine nodes of which every server fails, at ${RATE} requests per second`, () => {
  it('send few more requests to servers than clients sent', { timeout: 60_000 }, async () => {
    const defaults = { server: { errorRate: 1 } }
    const run = startRun({ topology: { ...nineNodes({ rate: RATE }), defaults } })
    const { time } = await run.ready()
    await sleep(LOAD_MS)
    const family = familyOf(run.pid)
    const { code, stderr, summary } = await run.end()
    const { sent, failedBy } = summary.client
    const received = summary.nodes.reduce((sum, node) => sum + (node.role === 'server' ? node.received : 0), 0)
    const { retried } = nodeOf(summary, 'lb')
    const reserve = RESERVE_PER_SECOND * ((summary.time - time) / 1_000 + SAVED_SECONDS)
    tell(`every server fails: ${sent} sent, ${received} received by servers, ${retried} retried, reserve ${reserve}`)

    expect(Object.keys(failedBy)).toEqual(['application'])
    expect(retried).toBeGreaterThan((sent * BUDGET) / 2)
    expect(received).toBeGreaterThanOrEqual(sent)
    expect(received).toBeLessThanOrEqual(sent * (1 + BUDGET) + reserve)
    expect([code, stderr, summary.laws]).toEqual([0, '', 'ok'])
    expectLawsInEveryLine(run.lines)
    await expectNothingLeft(run.dir, family)
  })
})
