/** However an editor saves, what the file holds in the end is applied once; and whatever it holds, nothing breaks. */
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectAllAnswered } from '../support/claims.ts'
import { IS_FULL, tell } from '../support/full-size.ts'
import { NOTHING_LEFT, type Run, startRun, threeNodes, toText } from '../support/processes.ts'
import { CORPUS, placesIn } from '../topology/corpus.ts'

/** Each save says another rate, which tells them apart. */
const RATE = 100
const textWith = (rate: number) => toText(threeNodes({ rate }))

let run: Run
let file: string
let pids: Record<string, number | null>
const tookMs: number[] = []
beforeAll(async () => {
  run = startRun({ topology: threeNodes({ rate: RATE }) })
  file = join(run.dir, 'topology.json')
  await run.ready()
  pids = run.pids()
})

const pause = (ms: number) => new Promise(settle => setTimeout(settle, ms))
const plansOf = (rate: number) => run.events('plan').filter(({ detail }) => detail.endsWith(` -> ${rate} live`))

/** The text stands in the file when this resolves. */
type Save = (text: string) => void | Promise<void>

const WAYS: readonly (readonly [how: string, save: Save])[] = [
  ['in place', text => writeFileSync(file, text)],
  [
    'by renaming a new file over it',
    text => {
      writeFileSync(`${file}.tmp`, text)
      renameSync(`${file}.tmp`, file)
    },
  ],
  [
    'as vim does with a backup: the old one away, a new one, the backup deleted',
    async text => {
      renameSync(file, `${file}~`)
      await pause(20)
      writeFileSync(file, text)
      rmSync(`${file}~`)
    },
  ],
  [
    'with a copy as backup, then in place',
    text => {
      copyFileSync(file, `${file}~`)
      writeFileSync(file, text)
      rmSync(`${file}~`)
    },
  ],
  [
    'by truncating it and writing slowly, in pieces',
    async text => {
      truncateSync(file)
      const size = Math.ceil(text.length / 8)
      for (let at = 0; at < text.length; at += size) {
        await pause(at === 3 * size ? 250 : 40)
        appendFileSync(file, text.slice(at, at + size))
      }
    },
  ],
  [
    'by deleting it and writing it anew',
    async text => {
      rmSync(file)
      await pause(150)
      writeFileSync(file, text)
    },
  ],
  [
    '60 times in a row',
    async text => {
      for (let save = 0; save < 60; save++) {
        writeFileSync(file, save < 59 ? text.replace(/"rate": \d+/, `"rate": ${1_000 + save}`) : text)
        await pause(4)
      }
    },
  ],
  [
    'by renaming a symlink over it',
    text => {
      mkdirSync(join(run.dir, 'v1'))
      writeFileSync(join(run.dir, 'v1/topology.json'), text)
      symlinkSync('v1', join(run.dir, 'current'))
      symlinkSync('current/topology.json', `${file}.link`)
      renameSync(`${file}.link`, file)
    },
  ],
  [
    'by swapping a folder behind that symlink, as config maps do',
    text => {
      mkdirSync(join(run.dir, 'v2'))
      writeFileSync(join(run.dir, 'v2/topology.json'), text)
      symlinkSync('v2', join(run.dir, 'next'))
      renameSync(join(run.dir, 'next'), join(run.dir, 'current'))
    },
  ],
]

describe('a file that is saved', () => {
  it.each(WAYS.map(([how, save], nth) => [how, save, RATE + 1 + nth] as const))(
    '%s is applied',
    async (_how, save, rate) => {
      await save(textWith(rate))
      const savedMs = performance.now()
      await run.waitFor(() => run.events('reload').length > 0 && plansOf(rate)[0], 'it is planned')
      await run.statsWhen(({ client }) => client.targetRate === rate, 'it is applied')
      tookMs.push(Math.round(performance.now() - savedMs))

      expect(run.pids()).toEqual(pids)
    },
  )

  it('each of these ways is applied once, and none is taken for a bad file', async () => {
    await pause(900) // a poll, a debounce, and what a machine adds
    tell(`applied, and told so, within ${Math.min(...tookMs)} to ${Math.max(...tookMs)} ms of the last write`)
    const rates = WAYS.map((_, nth) => RATE + 1 + nth)

    expect(rates.map(rate => plansOf(rate).length)).toEqual(rates.map(() => 1))
    expect(run.events('reload-rejected')).toEqual([])
    rmSync(file)
    writeFileSync(file, textWith(rates.at(-1)!))
  })
})

describe('a bad file that is saved', () => {
  const bad = CORPUS.filter((_, nth) => IS_FULL || nth % 50 === 0)

  it(`changes nothing: ${bad.length} of the corpus`, { timeout: 300_000 }, async () => {
    await pause(200) // what the last save has left is seen
    const before = [run.pids(), run.stats().at(-1)!.generation]
    for (const { name, text } of bad) {
      const rejected = await run.nextEvent('reload-rejected', () => run.edit(placesIn(text).text))

      expect(rejected.detail, name).toContain('Still running generation')
    }
    const { banner, client } = await run.freshStats()

    expect([run.pids(), run.stats().at(-1)!.generation]).toEqual(before)
    expect(banner).not.toBeNull()
    expect(client.failedBy).toEqual({})
    expect(run.events('reload-rejected').length, 'each is told once').toBe(bad.length)
  })

  it('is forgotten with the next good one', async () => {
    await run.nextEvent('reload', () => run.edit(textWith(77)))
    const children = run.children()
    const { code, stderr, summary } = await run.end()

    expect([code, stderr, summary.laws, summary.restarts]).toEqual([0, '', 'ok', 0])
    expectAllAnswered(summary.client)
    expect(run.leftovers(children)).toEqual(NOTHING_LEFT)
  })
})
