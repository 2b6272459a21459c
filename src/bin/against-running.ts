/** What a file would change if it were saved over the one that runs: the run is asked, nothing is changed. */
import type { Reply } from '../control/command.ts'
import { ask } from '../supervise/control-client.ts'
import { clashText } from '../supervise/rejection-text.ts'
import { diff } from '../topology/diff.ts'
import { layOver } from '../topology/lay-over.ts'
import { parse } from '../topology/parse.ts'
import { frozenChange, plan, planLines } from '../topology/plan.ts'
import type { Problem, Topology } from '../topology/types.ts'
import { findRun } from './find-run.ts'

/** Asks the run of the file for command `topology`. */
export type AskRun = (typed: string) => Promise<Reply>

export type Foreseen =
  /** Empty: nothing would change. */
  | { readonly ok: true; readonly lines: readonly string[] }
  /** `problem`: of the file, at its place in it. */
  | { readonly ok: false; readonly exitCode: 1 | 2 | 3; readonly message: string; readonly problem: Problem | null }

/** What the run of a file says of itself. */
interface Running {
  readonly before: Topology
  readonly running: Topology
  readonly heldRate: number | null
}

/** A file that is good by itself, against the run that has it. */
export function foresee(file: { typed: string; text: string; topology: Topology }, reply: Reply): Foreseen {
  if (!reply.ok) return failed(reply.exitCode, reply.message)
  const run = readRunning(reply.data)
  if (!run) return failed(1, 'the run is of another version of udsim; start it again')
  const { before, running, heldRate } = run
  const frozen = frozenChange(running, file.topology, file.text)
  if (frozen) return { ok: false, exitCode: 2, message: frozen.message, problem: frozen }
  const laid = layOver({ before, after: file.topology, running, heldRate })
  if (!laid.ok) return failed(2, clashText(file.typed, laid.topology, laid.problems))
  const steps = plan(diff(running, laid.topology), running, laid.topology)
  return { ok: true, lines: planLines(steps, running, laid.topology) }
}

function failed(exitCode: 1 | 2 | 3, message: string): Foreseen {
  return { ok: false, exitCode, message, problem: null }
}

function readRunning(data: unknown): Running | null {
  const { file, running, heldRate } = data as Record<string, unknown>
  if (typeof file !== 'string' || typeof running !== 'string') return null
  const [before, now] = [parse(file), parse(running)]
  if (!before.ok || !now.ok) return null
  return { before: before.topology, running: now.topology, heldRate: typeof heldRate === 'number' ? heldRate : null }
}

export const askRun: AskRun = async typed => {
  const found = findRun({ file: typed, socketDir: null }, process.env, process.cwd())
  if (!found.ok) return { ok: false, exitCode: 1, message: found.message }
  // The socket's path counts from there, as it does for the run itself.
  process.chdir(found.folder)
  return ask(found.socketPath, { name: 'topology' })
}
