/** Shares of real requests over real sockets; what a policy promises in 60 000 picks is tested without them. */
import { beforeAll, describe, expect, it } from 'vitest'
import { expectLawsInEveryLine } from '../support/claims.ts'
import { sized, tell } from '../support/full-size.ts'
import { expectNothingLeft, familyOf } from '../support/left-behind.ts'
import { nodeOf, type Run, type StatsLine, startRun, type Written } from '../support/processes.ts'
import { ALL_WELL, callWitness, type Witness } from '../support/witness.ts'

const COUNT = sized(2_000, 60_000)
const WEIGHTS = [5, 1, 1]
/** Under way at a time. */
const WINDOW = 50
/** Two percentage points, and three standard deviations of what chance does to the largest share. */
const OFF_MAX = 0.02 + 3 * Math.sqrt((0.5 * 0.5) / COUNT)

let run: Run
let witness: Witness
beforeAll(async () => {
  const servers = WEIGHTS.map((weight, i) => ({ id: `server-${i + 1}`, weight }))
  run = startRun({ topology: { loadBalancers: [{ id: 'lb' }], servers, load: { rate: 0 } } })
  await run.ready()
  witness = await callWitness(`${run.dir}/sockets/lb.sock`)
})

async function edit(change: (topology: Written) => void): Promise<void> {
  await run.nextEvent('reload', () => run.edit(change))
}

/** What each server has received, once all are told of that were ever sent. */
async function counts(): Promise<number[]> {
  const of = (stats: StatsLine) => WEIGHTS.map((_, i) => nodeOf(stats, `server-${i + 1}`).received)
  const all = (stats: StatsLine) => sum(of(stats)) === witness.requests.length
  return of(await run.statsWhen(all, `servers have received ${witness.requests.length} requests`))
}

/** What each server got of so many requests. */
async function received(count: number, keyHash?: number): Promise<number[]> {
  const before = await counts()
  await witness.flood(count, WINDOW, keyHash)
  return (await counts()).map((after, i) => after - before[i]!)
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

describe(`servers of weights ${WEIGHTS.join(', ')}`, () => {
  it.each(['weighted-round-robin', 'random', 'consistent-hash'])(
    'get their share of requests by %s',
    { timeout: 120_000 },
    async policy => {
      await edit(topology => {
        topology.loadBalancers[0].policy = policy
      })
      const shares = (await received(COUNT)).map(count => count / COUNT)
      tell(`${policy}: ${shares.map(share => `${(share * 100).toFixed(1)} %`).join(', ')} of ${COUNT}`)

      expect(shares.map((share, i) => Math.abs(share - WEIGHTS[i]! / 7) < OFF_MAX)).toEqual([true, true, true])
    },
  )

  it('get all requests of one key by consistent-hash, or none', async () => {
    const counts = await received(300, 0xcafe)

    expect(counts.toSorted((a, b) => a - b)).toEqual([0, 0, 300])
  })

  it('have answered each request once', async () => {
    const history = await witness.history()
    witness.leave()
    const family = familyOf(run.pid)
    const { code, stderr, summary } = await run.end()

    expect(history).toEqual({ ...ALL_WELL, sent: history.sent, answered: history.sent })
    expect([code, stderr, summary.laws, summary.restarts]).toEqual([0, '', 'ok', 0])
    expectLawsInEveryLine(run.lines)
    await expectNothingLeft(run.dir, family)
  })
})
