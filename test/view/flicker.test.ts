/**
 * What a viewer may see while a frame is on its way: it arrives character by character at an emulator, and after each the
 * screen holds lines of the frame before, lines of the new one, and at most one that turns from the one into the other.
 */
import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import type { StatsReport } from '../../src/stats/reports.ts'
import { makeLiveView } from '../../src/view/live.ts'
import { makeEmulatedHost, makeEmulatedKeyboard, makeEmulatedScreen, makeManualClock } from './emulated.ts'
import { clientStats, manyNodes, nodeStats, SAMPLE_NODES, statsReport } from './samples.ts'

const COLUMNS = 100
const ROWS = 24

function makeLive() {
  const stdout = makeEmulatedScreen(COLUMNS, ROWS)
  const stdin = makeEmulatedKeyboard()
  const clock = makeManualClock()
  const view = makeLiveView({
    stdout,
    stdin,
    clock,
    chalk: new Chalk({ level: 2 }),
    topologyName: 'topology.json',
    onQuit: () => {},
    onInterrupt: () => {},
    act: () => {},
    logsOf: () => [],
    host: makeEmulatedHost(),
  })
  return { stdout, stdin, clock, view }
}

type Live = ReturnType<typeof makeLive>

/** What is written while `act` runs and the frame after it becomes due. */
function writtenBy({ stdout, clock }: Live, act: () => void): string[] {
  clock.pass(1_000)
  const count = stdout.written.length
  act()
  clock.pass(250)
  return stdout.written.slice(count)
}

/** Whether the line is the beginning of one and the rest of the other. */
function isOnTheWay(line: string, from: string, to: string): boolean {
  const [now, before, after] = [line, from, to].map(text => text.padEnd(COLUMNS)) as [string, string, string]
  for (let cut = 0; cut <= COLUMNS; cut++) {
    if (now === after.slice(0, cut) + before.slice(cut)) return true
  }
  return false
}

/** Feeds the frame that leads from one state to another to an emulator that shows the first. */
async function expectCalm(first: StatsReport, act: (live: Live) => void): Promise<void> {
  const live = makeLive()
  live.view.stats(first)
  live.clock.pass(1_000)
  const { lines, written } = live.stdout
  const before = await lines()
  const shown = makeEmulatedScreen(COLUMNS, ROWS)
  for (const text of written) shown.write(text)
  await shown.lines()
  const frames = writtenBy(live, () => act(live))
  expect(frames).toHaveLength(1)
  const after = await lines()
  expect(after).not.toEqual(before)

  const broken: string[] = []
  let heldCount = 0
  const [frame] = frames as [string]
  await shown.trickle(frame, (now, isHeld) => {
    if (isHeld) heldCount++
    const mixed = now.filter((line, i) => line !== before[i] && line !== after[i])
    const torn = now.filter((line, i) => !isOnTheWay(line, before[i]!, after[i]!))
    if (mixed.length > 1 || torn.length > 0) broken.push([...mixed, ...torn].join('\n'))
  })

  expect(broken).toEqual([])
  expect(await shown.lines()).toEqual(after)
  // Terminals that know synchronized updates show nothing of it before its very last character.
  expect(heldCount).toBe(frame.length - '\x1b[?2026h'.length)
  expect((await shown.modes()).isHeld).toBe(false)
}

// Thousands of screens are read back, which takes long where other work has the cores.
describe('a frame that arrives character by character', { timeout: 60_000 }, () => {
  it('shows no hole when counts change', () =>
    expectCalm(statsReport(), ({ view }) =>
      view.stats(
        statsReport({
          client: clientStats({ sent: 99_999, failed: 12_345 }),
          nodes: SAMPLE_NODES.map((node, i) => ({ ...node, received: node.received * 7 + i, cpuPercent: i * 11 })),
        }),
      ),
    ))

  it('shows no hole when a node comes and everything below moves', () =>
    expectCalm(statsReport(), ({ view }) =>
      view.stats(statsReport({ nodes: [...SAMPLE_NODES, nodeStats('server-7', { behind: ['proxy-1'] })] })),
    ))

  it('shows no hole when a long table scrolls', () =>
    expectCalm(statsReport({ nodes: manyNodes(100) }), ({ stdin }) => stdin.press('\x1b[F')))

  it('shows no hole when the help comes', () => expectCalm(statsReport(), ({ stdin }) => stdin.press('?')))
})

describe('a size that changes', { timeout: 60_000 }, () => {
  const SIZES = [200, 140, 120, 100, 80, 60, 40].flatMap(columns =>
    [40, 24, 12, 8].map(rows => [columns, rows] as const),
  )

  it('leaves nothing of another size, whichever way it went', async () => {
    const live = makeLive()
    live.view.stats(statsReport({ nodes: manyNodes(100) }))
    live.stdin.press('jjjjj')
    const drawnAt = async (columns: number, rows: number) => {
      const fresh = makeEmulatedScreen(columns, rows)
      const { length } = live.stdout.written
      live.stdout.resize(columns, rows)
      live.clock.pass(250)
      const [frame, ...more] = live.stdout.written.slice(length)
      expect(more).toEqual([])
      fresh.write(frame!)
      return { lines: await live.stdout.lines(), fresh: await fresh.lines() }
    }
    for (const [columns, rows] of [...SIZES, ...SIZES.toReversed(), [20, 4] as const, [100, 24] as const]) {
      const { lines, fresh } = await drawnAt(columns, rows)
      expect(lines.slice(-rows), `at ${columns}x${rows}`).toEqual(fresh)
      if (columns >= 40) expect(lines.join('\n')).toMatch(/server-4 +● up/)
    }
  })
})
