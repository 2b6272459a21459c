/**
 * What may not be executed twice is not sent again once it may have been executed, whoever is killed when. Counted
 * where it happens: each server's process notes every request as it reads it. Every second request is idempotent, and
 * shows that the count would see two executions.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { expectLawsInEveryLine } from '../support/claims.ts'
import { Executions } from '../support/executions.ts'
import { sized, tell } from '../support/full-size.ts'
import { Killer } from '../support/killer.ts'
import { expectNothingLeft, familyOf } from '../support/left-behind.ts'
import { nineNodes, type Run, startRun } from '../support/processes.ts'
import { AGAIN, SEED } from '../support/seed.ts'
import { callWitness, howOf, nameOf, type Witness } from '../support/witness.ts'

const KILLS = sized(8, 500)
const RATE = 300
const VICTIMS = ['proxy-1', 'proxy-2', ...[1, 2, 3, 4, 5, 6].map(n => `server-${n}`)]

describe(`nine nodes, of which ${KILLS} are killed in the middle of requests (${AGAIN})`, () => {
  let run: Run
  let witness: Witness
  let executions: Executions
  let family: number[]
  beforeAll(async () => {
    // Some ten requests are under way at any moment, and some take longer than an attempt may.
    const defaults = {
      server: { serviceTime: { lognormal: { p50: '25ms', p99: '300ms' } } },
      loadBalancer: { attemptTimeout: '400ms' },
    }
    executions = new Executions()
    run = startRun({ topology: { ...nineNodes({ rate: 0 }), defaults }, ...executions.options() })
    await run.ready()
    witness = await callWitness(`${run.dir}/sockets/lb.sock`)
    witness.start(RATE, nth => nth % 2 === 0)
    await new Killer(run, makeRng(SEED), VICTIMS).killMany(KILLS, 150)
    await witness.history()
    witness.leave()
    family = familyOf(run.pid)
    await run.end()
  }, 900_000)

  const ofKind = (isIdempotent: boolean) => witness.requests.filter(sent => sent.isIdempotent === isIdempotent)
  /** The names of those that servers read more than once. */
  function twice(isIdempotent: boolean): string[] {
    const counts = executions.counts()
    return ofKind(isIdempotent)
      .map(nameOf)
      .filter(name => (counts.get(name) ?? 0) > 1)
  }

  it('executes none twice that is not idempotent', () => {
    expect(twice(false)).toEqual([])
  })

  it('has failed some instead, since nobody knew whether they were executed', () => {
    const failed = ofKind(false).filter(sent => howOf(sent) === 'connectionLost')

    expect(failed.length).toBeGreaterThan(0)
  })

  it('executes some of the idempotent ones twice', async () => {
    const { failedBy } = await witness.history()
    const failed = (isIdempotent: boolean) => ofKind(isIdempotent).filter(sent => howOf(sent) !== 'answered').length
    tell(
      `${KILLS} kills, ${witness.requests.length} requests: ${failed(false)} failed and ${twice(false).length} were executed twice, of idempotent ones ${failed(true)} and ${twice(true).length}; ${JSON.stringify(failedBy)}`,
    )

    expect(twice(true).length).toBeGreaterThan(0)
  })

  it('answers each once, and nothing that was not executed', async () => {
    const counts = executions.counts()
    const history = await witness.history()
    const made = witness.requests.filter(sent => howOf(sent) === 'answered' && !counts.get(nameOf(sent)))

    expect([history.missing, history.twice, history.wrongBody, history.strays, made]).toEqual([[], [], [], 0, []])
  })

  it('keeps the laws, and leaves nothing behind', async () => {
    const { laws, restarts } = run.summary()
    const { code, stderr } = await run.ended

    expect([code, stderr, laws, restarts]).toEqual([0, '', 'ok', KILLS])
    expectLawsInEveryLine(run.lines)
    await expectNothingLeft(run.dir, family)
  })
})
