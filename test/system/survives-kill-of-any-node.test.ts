import { beforeAll, describe, expect, it } from 'vitest'
import { expectLawsInEveryLine } from '../support/claims.ts'
import { NOTHING_LEFT, nineNodes, nodeOf, type Run, startRun } from '../support/processes.ts'

let run: Run
beforeAll(async () => {
  run = startRun({ topology: nineNodes({ rate: 300 }) })
  await run.ready()
  await run.statsWhen(({ nodes }) => nodes.every(({ received }) => received > 20), 'every node has worked')
})

/** Sends the signal, and waits until another process of the node works. */
async function strike(id: string, signal: NodeJS.Signals) {
  const before = run.node(id)
  process.kill(before.pid!, signal)
  const after = await run.statsWhen(stats => {
    const now = nodeOf(stats, id)
    return now.state === 'up' && now.pid !== before.pid && now.received > before.received + 10
  }, `${id} is back and works`)
  return { before, after: nodeOf(after, id), failed: after.client.failed }
}

describe('a run under load', () => {
  it('replaces a server that somebody asks to end, without losing a request or a count', async () => {
    const { after, failed } = await strike('server-5', 'SIGTERM')

    expect(after).toMatchObject({ restarts: 1, lastExit: 'code 0', approximate: false, failed: 0, rejected: 0 })
    expect(failed).toBe(0)
  })

  it.each(['server-2', 'proxy-1', 'lb'])('brings %s back after kill -9, with its counts', async id => {
    const { before, after } = await strike(id, 'SIGKILL')
    const told = run.eventsOf(id).filter(({ event }) => ['exit', 'restart', 'up'].includes(event))

    expect(after).toMatchObject({ restarts: 1, lastExit: 'signal SIGKILL', approximate: true })
    expect(after.answered).toBeGreaterThan(before.answered)
    expect(told).toMatchObject([
      { event: 'exit', signal: 'SIGKILL', code: null },
      { event: 'restart' },
      { event: 'up', pid: after.pid, restarts: 1 },
    ])
  })

  it('brings the clients back too, and they send again', async () => {
    const { client } = run.stats().at(-1)!
    process.kill(client.pid!, 'SIGKILL')
    const after = await run.statsWhen(
      stats => stats.client.restarts === 1 && stats.client.answered > client.answered + 50,
      'the clients send again',
    )

    expect(after.client.approximate).toBe(true)
  })

  it('has lost only what the killed had in hand, and the accounts agree to the end', async () => {
    const children = run.children()
    const { code, stderr, summary } = await run.end()
    const reasons = Object.keys(summary.client.failedBy)

    expect([code, stderr, summary.laws]).toEqual([0, '', 'ok'])
    // Four nodes, one of them by SIGTERM, and the clients.
    expect(summary.restarts).toBe(5)
    // `crashed`: what the clients that were killed waited for.
    expect(reasons.filter(name => !['connectionLost', 'unavailable', 'crashed'].includes(name))).toEqual([])
    expectLawsInEveryLine(run.lines)
    expect(run.leftovers(children)).toEqual(NOTHING_LEFT)
  })
})
