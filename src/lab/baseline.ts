/** What `--save` wrote, read back to compare with. Whatever a file may hold instead is told in one line. */
import { readFileSync, statSync } from 'node:fs'
import { codeOf } from '../base/errors.ts'
import { reasonOf } from '../supervise/system-problem.ts'
import { quote, visible } from '../topology/visible.ts'
import { shapeProblem } from './baseline-shape.ts'
import { BENCH_VERSION } from './bench-line.ts'
import type { BenchResult, Scenario } from './bench-result.ts'
import type { MeasuredRound } from './primary-measure.ts'
import { scenarioKey } from './scenario-name.ts'

/** What is compared of an earlier result; a saved file may hold more. */
export interface Baseline extends Pick<BenchResult, 'node' | 'platform' | 'arch' | 'cpus' | 'isPartial' | 'topology'> {
  /** Unix ms. */
  readonly time: number
  /** Why it could not be trusted then, in words. */
  readonly warnings?: readonly string[]
  readonly scenarios: readonly BaselineScenario[]
}

export interface BaselineScenario extends Scenario {
  readonly rounds: readonly MeasuredRound[]
}

export type BaselineResult =
  | { readonly ok: true; readonly baseline: Baseline }
  | { readonly ok: false; readonly message: string }

/** The standard run's is below 1 MB. */
const SIZE_MAX = 64 * 1_048_576

/** `typed` is what the user typed, `file` where that is. Reads nothing that could block. */
export function readBaseline(typed: string, file: string): BaselineResult {
  try {
    const stat = statSync(file)
    if (stat.isDirectory()) return refuse(typed, 'is a directory: name the file that --save wrote')
    if (!stat.isFile()) return refuse(typed, 'is no regular file: name the file that --save wrote')
    if (stat.size > SIZE_MAX)
      return refuse(typed, 'is too large to be a saved benchmark: name the file that --save wrote')
    return parseBaseline(typed, readFileSync(file, 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return refuse(typed, `is not there: write it with --save ${visible(typed)} first`)
    return refuse(typed, `cannot be read: ${reasonOf(error)}`)
  }
}

export function parseBaseline(typed: string, text: string): BaselineResult {
  if (text.trim() === '') return refuse(typed, `is empty: write it with --save ${visible(typed)}`)
  const value = parseJson(text)
  if (value === undefined) return refuse(typed, `is not JSON: ${jsonHint(text)}`)
  const { type, v } = Object(value) as { type?: unknown; v?: unknown }
  if (type !== 'bench') return refuse(typed, 'is JSON of something else: name the file that --save wrote')
  if (v !== BENCH_VERSION) {
    const version = JSON.stringify(v) ?? 'none'
    return refuse(
      typed,
      `is of version ${version}, and this udsim compares version ${BENCH_VERSION}: save one anew with --save`,
    )
  }
  const problem = shapeProblem(value)
  if (problem !== null) return refuse(typed, `is damaged: ${problem}; save one anew with --save`)
  return { ok: true, baseline: value as Baseline }
}

/** One line where nothing that is going to be measured was measured then; null where something was. */
export function commonProblem(typed: string, baseline: Baseline, planned: readonly Scenario[]): string | null {
  if (commonOf(planned, baseline).length > 0) return null
  return `--baseline ${quote(typed)} has no scenario in common with this run: compare runs of the same topology and load`
}

/** Those of ours that were measured then as well, each with its counterpart. */
export function commonOf<S extends Scenario>(scenarios: readonly S[], baseline: Baseline): [S, BaselineScenario][] {
  const then = new Map(baseline.scenarios.map(each => [scenarioKey(each), each]))
  return scenarios.flatMap(each => {
    const counterpart = then.get(scenarioKey(each))
    return counterpart === undefined ? [] : [[each, counterpart]]
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** npm's own lines before the result are what a redirected output most often has too much. */
function jsonHint(text: string): string {
  const isFromNpm = /^\s*> /.test(text)
  return isFromNpm ? 'npm wrote into it; use --save, or npm run --silent' : 'name the file that --save wrote'
}

function refuse(typed: string, what: string): BaselineResult {
  return { ok: false, message: `--baseline ${quote(typed)} ${what}` }
}
