/** Reads and checks a topology file for a verb: a topology, or everything that is wrong with it as text. */
import path from 'node:path'
import { readTextFile } from '../supervise/watch.ts'
import { formatProblemCount, formatProblems } from '../topology/explain.ts'
import { parse } from '../topology/parse.ts'
import type { Problem, Topology } from '../topology/types.ts'
import { resolveUserPath } from './arguments.ts'

export type Loaded =
  | { readonly ok: true; readonly file: string; readonly topology: Topology; readonly hash: string }
  | { readonly ok: false; readonly file: string; readonly problems: readonly Problem[]; readonly message: string }

/** `typed` is what the user typed; nothing but reading happens. */
export function loadTopology(typed: string): Loaded {
  const file = resolveUserPath(typed, process.env, process.cwd())
  const content = readTextFile(file)
  if (!content.ok) return faulty(file, typed, '', [content.problem])
  const parsed = parse(content.text)
  if (!parsed.ok) return faulty(file, typed, content.text, parsed.problems)
  return { ok: true, file, topology: parsed.topology, hash: content.hash }
}

function faulty(file: string, typed: string, text: string, problems: readonly Problem[]): Loaded {
  const message = `${formatProblems(typed, text, problems)}\n${formatProblemCount(path.basename(file), problems.length)}`
  return { ok: false, file, problems, message }
}
