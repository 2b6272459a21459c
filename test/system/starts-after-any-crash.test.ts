/** Every process killed at a random moment, over and over in one folder; nobody ever cleans up by hand. */
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { makeRng, type Rng } from '../../src/base/rng.ts'
import { until } from '../supervise/socket-fixtures.ts'
import { kill, makeDir, socketsIn } from '../support/commands.ts'
import { sized } from '../support/full-size.ts'
import { expectNothingLeft, familyOf, leftBehind } from '../support/left-behind.ts'
import { type Run, startRun, threeNodes, toText, type Written } from '../support/processes.ts'

const ROUNDS = sized(3, 100)
const SEED = process.env.UDSIM_SEED ?? String(process.pid)
const PHASES = ['start', 'run', 'reload', 'stop'] as const
/** From the start of a phase to the crash: as long as the phase may take, so that every moment of it is met. */
const LONGEST_MS = { start: 900, run: 100, reload: 600, stop: 200 }

describe.runIf(process.platform === 'linux')(`a start after a crash (again: UDSIM_SEED=${SEED})`, () => {
  it(`works ${ROUNDS} times, and leaves nothing of the run before`, { timeout: sized(60_000, 1_800_000) }, async () => {
    const rng = makeRng(SEED)
    const dir = makeDir({ 'topology.json': toText(serversOf(2)) })
    const before: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const run = startRun({ dir })
      run.edit(toText(serversOf(1 + rng.int(4)))) // often while it reads
      await reach(PHASES[(round + rng.int(2)) % 4]!, run, rng, before)
      before.push(...crash(run, rng))
      await run.ended
    }
    const last = startRun({ dir })
    await expectOnlyItsOwn(last, before)
    const family = familyOf(last.pid)
    const { code, summary } = await last.end()

    expect([code, summary.laws, summary.client.failed]).toEqual([0, 'ok', 0])
    await expectNothingLeft(dir, [...before, ...family])
  })
})

function serversOf(count: number): Written {
  const servers = Array.from({ length: count }, (_, i) => ({ id: `server-${i + 1}` }))
  return { ...threeNodes({ rate: 100 }), servers }
}

async function reach(phase: (typeof PHASES)[number], run: Run, rng: Rng, before: readonly number[]): Promise<void> {
  if (phase !== 'start') await expectOnlyItsOwn(run, before)
  if (phase === 'reload') run.edit(toText(serversOf(1 + rng.int(6))))
  if (phase === 'stop') run.signal('SIGTERM')
  await sleep(rng.int(LONGEST_MS[phase]))
}

/** In any order, with the launcher first, last or in between; one time in four the launcher alone. */
function crash(run: Run, rng: Rng): number[] {
  const family = familyOf(run.pid)
  const inTurn = family.map(pid => ({ pid, turn: rng.float() })).sort((a, b) => a.turn - b.turn)
  const victims = rng.int(4) === 0 ? [run.pid] : inTurn.map(({ pid }) => pid)
  for (const pid of victims) kill(pid, 'SIGKILL')
  return family
}

/** Ready, with a socket for each node of the file and one for commands, and neither a process nor a file of those before. */
async function expectOnlyItsOwn(run: Run, before: readonly number[]): Promise<void> {
  const { nodes } = await run.ready()
  const sockets = () => ['control.sock', ...nodes.map(({ id }) => `${id}.sock`)]
  await until(() => leftBehind(run.dir, before).zombies.length === 0, 'the dead are buried', 10_000)
  const left = leftBehind(run.dir, before).processes.filter(pid => before.includes(pid))

  expect(left).toEqual([])
  expect(socketsIn(run.dir).filter(name => !sockets().includes(name))).toEqual([])
}
