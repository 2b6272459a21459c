/** What a benchmark reads before it starts anything, or all that is wrong with that, as text. */
import { basename } from 'node:path'
import { type Baseline, commonProblem, readBaseline } from '../lab/baseline.ts'
import { makePlan, type Plan } from '../lab/make-plan.ts'
import type { NamedTopology } from '../lab/paths.ts'
import { saveProblem } from '../lab/save-file.ts'
import { type BenchOptions, resolveUserPath } from './arguments.ts'
import { keysProblem } from './bench-clash.ts'
import { loadTopology } from './load-topology.ts'

export interface BenchInputs {
  readonly plan: Plan
  readonly baseline: Baseline | null
  /** Absolute. */
  readonly savePath: string | null
}

export type InputsResult =
  | { readonly ok: true; readonly inputs: BenchInputs; readonly warnings: string }
  | { readonly ok: false; readonly message: string }

export function readInputs(options: BenchOptions): InputsResult {
  const pathOf = (typed: string) => resolveUserPath(typed, process.env, process.cwd())
  const loaded = options.file === null ? null : loadTopology(options.file, options.rate)
  if (loaded?.ok === false) return loaded
  const idleKeys = loaded && keysProblem(options, loaded.topology)
  if (idleKeys !== null) return refuse(idleKeys)
  const own: NamedTopology | null = loaded && { ...loaded, name: basename(loaded.file) }
  const plan = makePlan(options, own)
  const savePath = options.save === null ? null : pathOf(options.save)
  const problem = savePath === null ? null : saveProblem(options.save!, savePath, loaded?.file ?? null)
  if (problem !== null) return refuse(problem)
  const read = options.baseline === null ? null : readBaseline(options.baseline, pathOf(options.baseline))
  if (read?.ok === false) return refuse(read.message)
  const baseline = read?.baseline ?? null
  const nothingCommon = baseline && commonProblem(options.baseline!, baseline, scenariosOf(plan))
  if (nothingCommon !== null) return refuse(nothingCommon)
  return { ok: true, inputs: { plan, baseline, savePath }, warnings: loaded?.message ?? '' }
}

function scenariosOf({ boxes }: Plan) {
  return boxes.flatMap(({ scenarios }) => scenarios)
}

function refuse(message: string): InputsResult {
  return { ok: false, message: `udsim: ${message}.` }
}
