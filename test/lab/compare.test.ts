import { describe, expect, it } from 'vitest'
import type { Figures } from '../../src/lab/bench-result.ts'
import { type Change, changeText, compare } from '../../src/lab/compare.ts'
import { baselineOf, figuresWith, sampleResult } from './bench-sample.ts'

const QUIET = [100, 101, 102, 103, 104]
const SLOWER = [110, 111, 112, 113, 114]

const times = (p50Us: readonly number[], perSecond = 2_500) => figuresWith({}, { p50Us, keys: { perSecond } })

/** With these rates in its rounds. */
function rates(perSecond: readonly number[]): Figures {
  const figures = figuresWith({ section: 'throughput', outstanding: 64 }, { p50Us: perSecond.map(() => 20) })
  return { ...figures, rounds: figures.rounds.map((round, i) => ({ ...round, perSecond: perSecond[i]! })) }
}

const between = (before: Figures, after: Figures, failAbove: number | null = null) =>
  compare(sampleResult({ scenarios: [after] }), baselineOf(sampleResult({ scenarios: [before] })), failAbove)

const changes = (before: Figures, after: Figures) => between(before, after).scenarios[0]!.changes

describe('compare', () => {
  it('tells a longer time as worse, and a shorter one as better', () => {
    const [slower] = changes(times(QUIET), times(SLOWER))
    const [faster] = changes(times(SLOWER), times(QUIET))

    expect(slower).toMatchObject({ measure: 'p50', before: 102, after: 112, change: 'worse' })
    expect(slower!.share).toBeCloseTo(10 / 102, 12)
    expect(slower!.p).toBeCloseTo(2 / 252, 12)
    expect(faster).toMatchObject({ before: 112, after: 102, change: 'better' })
  })

  it('tells a lower rate as worse, and a higher one as better', () => {
    expect(changes(rates(SLOWER), rates(QUIET))[1]).toMatchObject({ measure: 'rate', change: 'worse' })
    expect(changes(rates(QUIET), rates(SLOWER))[1]).toMatchObject({ measure: 'rate', change: 'better' })
  })

  it('tells nothing where chance would do, however far the medians lie apart', () => {
    const [change] = changes(times([100, 101, 102, 103, 200]), times([99, 150, 151, 152, 100.5]))

    expect(change).toMatchObject({ change: 'none' })
    expect(change!.share).toBeGreaterThan(0.4)
    expect(change!.p).toBeGreaterThan(0.05)
  })

  it('tells nothing with fewer than five rounds on a side, and says so', () => {
    const comparison = between(times(QUIET), times(SLOWER.slice(0, 4)))

    expect(comparison.scenarios[0]!.changes[0]).toMatchObject({ p: null, change: 'none' })
    expect(comparison.warnings).toEqual([
      'With fewer than 5 rounds on a side no difference can be told from chance: all are ~.',
    ])
  })

  it('holds a load of a shape or of hot keys against none that comes evenly at the same mean rate', () => {
    const even = { section: 'load', loop: 'open', outstanding: 0, rate: 500 } as const
    const [plain, wave] = [{}, { form: 'sine:period=1s,swing=0.5' }].map(form =>
      figuresWith({ ...even, ...form }, { p50Us: QUIET }),
    )

    expect(between(plain!, wave!).scenarios).toEqual([])
    expect(between(wave!, wave!).scenarios).toMatchObject([{ form: 'sine:period=1s,swing=0.5' }])
  })

  it('warns where the baseline was in doubt when it was saved', () => {
    const warningsWith = (warnings: readonly string[]) => {
      const before = sampleResult({ scenarios: [times(QUIET)], warnings })
      return compare(sampleResult({ scenarios: [times(SLOWER)] }), baselineOf(before)).warnings
    }

    expect(warningsWith([])).toEqual([])
    expect(warningsWith(['Others worked here.'])).toEqual([
      'The baseline was in doubt when it was saved: Others worked here.',
    ])
    expect(warningsWith(['Others worked here.', 'Rounds 1, 2 are in doubt.'])).toEqual([
      'The baseline was in doubt when it was saved: Others worked here. (and 1 more warning)',
    ])
  })

  it('tells nothing of a difference that shows as 0.0 %', () => {
    const [, rate] = changes(
      rates([2_000, 2_000.1, 2_000, 2_000.1, 2_000]),
      rates([1_999.5, 1_999.5, 1_999.6, 1_999.5, 1_999.7]),
    )

    expect(rate!.p).toBeLessThan(0.05)
    expect(rate!.change).toBe('none')
  })

  it('compares what both sides have', () => {
    const untimed = figuresWith({}, { p50Us: QUIET, keys: { response: null } })

    expect(changes(times(QUIET), untimed).map(({ measure }) => measure)).toEqual(['rate'])
    expect(changes(times(QUIET, 0), times(QUIET)).map(({ measure }) => measure)).toEqual(['p50'])
  })

  it('warns of another machine, another topology, and partial results', () => {
    const scenarios = [times(QUIET)]
    const then = sampleResult({ scenarios, node: 'v22.1.0', cpus: 8, arch: 'arm64', isPartial: true })
    const other = { ...then, topology: { ...then.topology, hash: 'other' } }
    const { warnings } = compare(sampleResult({ scenarios, isPartial: true }), baselineOf(other))

    expect(warnings).toEqual([
      'The baseline is from another machine: node v22.1.0 then and v20.20.2 now, arch arm64 then and x64 now, cpus 8 then and 2 now.',
      'The baseline was measured on another topology.',
      'The baseline is a partial result: it was ended early.',
      'This result is partial: it was ended early.',
    ])
  })

  it('says what it could not compare', () => {
    const baseline = baselineOf(sampleResult({ scenarios: [times(QUIET)] }))
    const more = compare(sampleResult({ scenarios: [times(QUIET), rates(QUIET)] }), baseline)
    const none = compare(sampleResult({ scenarios: [rates(QUIET)] }), baseline, 0.1)

    expect(more.warnings).toEqual(['1 scenario of this run is not in the baseline.'])
    expect(none.warnings).toEqual(['There is no scenario in common with the baseline: nothing was compared.'])
    expect(none.failed).toEqual(['nothing was compared'])
  })
})

describe('--fail-above', () => {
  it('fails what is worse by more than that, and sure', () => {
    const { failed } = between(times(QUIET), times(SLOWER), 0.05)

    expect(failed).toEqual(['p50 of 1 hop: server, 1 outstanding: +9.8 % (p=0.008)'])
    expect(between(rates(SLOWER), rates(QUIET), 0.05).failed).toEqual([
      'rate of 1 hop: server, 64 outstanding: -8.9 % (p=0.008)',
    ])
  })

  it('lets pass what is worse by less, better by more, or not sure', () => {
    expect(between(times(QUIET), times(SLOWER), 0.1).failed).toEqual([])
    expect(between(times(SLOWER), times(QUIET), 0.05).failed).toEqual([])
    expect(between(times([100, 101, 102, 103, 200]), times([99, 150, 151, 152, 100.5]), 0.05).failed).toEqual([])
    expect(between(times(QUIET), times(SLOWER)).failed).toEqual([])
  })
})

describe('--fail-above with fewer than five rounds', () => {
  it('does not pass a result that is twice as slow, since nothing could be told', () => {
    const failed = ['with fewer than 5 rounds on a side nothing can be told from chance: take --rounds 5']

    expect(between(times([100, 101, 102]), times([200, 201, 202]), 0.1).failed).toEqual(failed)
    expect(between(times(QUIET), times([200, 201, 202]), 0.1).failed).toEqual(failed)
  })
})

describe('changeText', () => {
  const change: Change = { measure: 'p50', before: 1, after: 1, share: 0.073, p: 0.0079, change: 'worse' }

  it.each([
    [{}, '+7.3 % (p=0.008)'],
    [{ share: -0.5, p: 0.05, change: 'better' }, '-50.0 % (p=0.050)'],
    [{ p: 0.000_04 }, '+7.3 % (p=4e-5)'],
    [{ change: 'none' }, '~'],
    [{ p: null, change: 'none' }, '~'],
  ] as const)('of %j is %s', (keys, text) => {
    expect(changeText({ ...change, ...keys })).toBe(text)
  })
})
