import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commonOf, commonProblem, parseBaseline, readBaseline } from '../../src/lab/baseline.ts'
import { benchLine } from '../../src/lab/bench-line.ts'
import { makeDir } from '../support/commands.ts'
import { baselineOf, figuresWith, fileScenarios, sampleResult } from './bench-sample.ts'

const LINE = benchLine(sampleResult())

describe('readBaseline', () => {
  it('reads what --save wrote', () => {
    const file = join(makeDir(), 'base.json')
    writeFileSync(file, LINE)
    const read = readBaseline('base.json', file)

    expect(read).toMatchObject({ ok: true, baseline: { node: 'v20.20.2', time: 1_700_000_000_000 } })
  })

  it('tells in one line of a file that is not there, and of a directory', () => {
    const dir = makeDir()
    mkdirSync(join(dir, 'sub'))

    expect(readBaseline('no.json', join(dir, 'no.json'))).toEqual({
      ok: false,
      message: '--baseline "no.json" is not there: write it with --save no.json first',
    })
    expect(readBaseline('sub', join(dir, 'sub'))).toEqual({
      ok: false,
      message: '--baseline "sub" is a directory: name the file that --save wrote',
    })
    expect(readBaseline('null', '/dev/null')).toEqual({
      ok: false,
      message: '--baseline "null" is no regular file: name the file that --save wrote',
    })
  })

  it.skipIf(process.getuid?.() === 0)('tells in one line of a file that may not be read', () => {
    const file = join(makeDir(), 'base.json')
    writeFileSync(file, LINE)
    chmodSync(file, 0)

    expect(readBaseline('base.json', file)).toEqual({
      ok: false,
      message: '--baseline "base.json" cannot be read: permission denied (EACCES)',
    })
  })

  it('tells in one line of a file below a file', () => {
    const file = join(makeDir(), 'base.json')
    writeFileSync(file, LINE)

    expect(readBaseline('base.json/x', join(file, 'x'))).toMatchObject({
      message: '--baseline "base.json/x" cannot be read: not a directory (ENOTDIR)',
    })
  })
})

describe('parseBaseline', () => {
  it.each([
    ['', '--baseline "b.json" is empty: write it with --save b.json'],
    [' \n', '--baseline "b.json" is empty: write it with --save b.json'],
    ['latency', '--baseline "b.json" is not JSON: name the file that --save wrote'],
    [LINE.slice(0, -20), '--baseline "b.json" is not JSON: name the file that --save wrote'],
    [`${LINE}${LINE}`, '--baseline "b.json" is not JSON: name the file that --save wrote'],
    [
      `\n> udsim@0.1.0 bench\n> tsc -b\n\n${LINE}`,
      '--baseline "b.json" is not JSON: npm wrote into it; use --save, or npm run --silent',
    ],
    ['{"loadBalancers":[]}', '--baseline "b.json" is JSON of something else: name the file that --save wrote'],
    ['null', '--baseline "b.json" is JSON of something else: name the file that --save wrote'],
    ['[1]', '--baseline "b.json" is JSON of something else: name the file that --save wrote'],
    ['{"type":"stats","v":2}', '--baseline "b.json" is JSON of something else: name the file that --save wrote'],
    [
      '{"type":"bench","v":1}',
      '--baseline "b.json" is of version 1, and this udsim compares version 2: save one anew with --save',
    ],
    [
      '{"type":"bench"}',
      '--baseline "b.json" is of version none, and this udsim compares version 2: save one anew with --save',
    ],
    [
      '{"type":"bench","v":2}',
      '--baseline "b.json" is damaged: time is missing or of another kind; save one anew with --save',
    ],
  ])('refuses %j in one line', (text, message) => {
    expect(parseBaseline('b.json', text)).toEqual({ ok: false, message })
  })
})

describe('any JSON', () => {
  it('is refused in one line, even where it says that it is a benchmark', () => {
    const any = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom('time', 'node', 'scenarios'), fc.jsonValue()))
    fc.assert(
      fc.property(any, value => {
        const claimed = { ...Object(value), type: 'bench', v: 2 }
        for (const each of [value, claimed, { ...JSON.parse(LINE), scenarios: [value] }]) {
          const read = parseBaseline('b.json', JSON.stringify(each))

          expect(read).toMatchObject({ ok: false, message: expect.stringMatching(/^--baseline "b.json" is [^\n]+$/) })
        }
      }),
    )
  })
})

describe('what two runs have in common', () => {
  const baseline = baselineOf(sampleResult({ scenarios: fileScenarios() }))

  it('is the scenarios with the same path under the same load', () => {
    const [echo, open] = fileScenarios()
    const common = commonOf([figuresWith({}, { p50Us: [1] }), { ...open!, rate: 201 }, echo!], baseline)

    expect(common.map(([now, then]) => [now.path, then.path])).toEqual([['unix echo', 'unix echo']])
  })

  it('can be nothing, and one line says so', () => {
    expect(commonProblem('b.json', baseline, sampleResult().scenarios)).toBe(
      '--baseline "b.json" has no scenario in common with this run: compare runs of the same topology and load',
    )
    expect(commonProblem('b.json', baseline, fileScenarios())).toBeNull()
  })
})
