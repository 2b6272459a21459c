/** Reads and checks a topology file for a verb: a topology, or everything that is wrong with it as text. */
import path from 'node:path'
import { expectedShareByNode } from '../policy/expected-share.ts'
import { readTextFile } from '../supervise/watch.ts'
import { formatProblems, formatProblemTotal } from '../topology/explain.ts'
import { parse } from '../topology/parse.ts'
import type { Problem, Topology } from '../topology/types.ts'
import { resolveUserPath } from './arguments.ts'
import { nameHint } from './name-hint.ts'
import { paintFor } from './paint.ts'

export interface Loaded {
  readonly ok: true
  /** Absolute. */
  readonly file: string
  /** As the user typed it. */
  readonly typed: string
  readonly topology: Topology
  readonly text: string
  readonly hash: string
  readonly warnings: readonly Problem[]
  /** The warnings as text for standard error; '' without any. */
  readonly message: string
}

export interface NotLoaded {
  readonly ok: false
  readonly file: string
  readonly problems: readonly Problem[]
  /** The problems as text for standard error. */
  readonly message: string
}

/** `typed` is what the user typed, `rate` what else was asked for than the file's; nothing but reading happens. */
export function loadTopology(typed: string, rate: number | null = null): Loaded | NotLoaded {
  const file = resolveUserPath(typed, process.env, process.cwd())
  const content = readTextFile(file)
  if (!content.ok) return faulty(file, typed, '', [withNameHint(content.problem, typed)])
  const parsed = parse(content.text, { sharesOf: expectedShareByNode, rate })
  if (!parsed.ok) return faulty(file, typed, content.text, parsed.problems)
  const { topology, warnings } = parsed
  const message = warnings.length === 0 ? '' : tell('warning', file, typed, content.text, warnings)
  return { ok: true, file, typed, topology, text: content.text, hash: content.hash, warnings, message }
}

/** Who watches a file has no other name to give; who starts has. */
function withNameHint(problem: Problem, typed: string): Problem {
  return { ...problem, hint: `${problem.hint}, ${nameHint(typed, process.env)}` }
}

/** A file that cannot be used, with all that is wrong with it. */
export function faulty(file: string, typed: string, text: string, problems: readonly Problem[]): NotLoaded {
  return { ok: false, file, problems, message: tell('error', file, typed, text, problems) }
}

function tell(
  severity: 'error' | 'warning',
  file: string,
  typed: string,
  text: string,
  problems: readonly Problem[],
): string {
  const { stderr } = process
  const options = { severity, paint: paintFor(stderr, severity), columns: stderr.columns || undefined }
  const explained = formatProblems(typed, text, problems, options)
  return `${explained}\n\n${formatProblemTotal(path.basename(file), problems, severity)}`
}
