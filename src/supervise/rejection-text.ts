/** Why an edit was rejected, for people: in full, and in what fits under a table. */
import { formatProblems } from '../topology/explain.ts'
import type { NodeId, Problem, Topology } from '../topology/types.ts'
import type { Rejection } from './reload.ts'
import { sentenceOf } from './system-problem.ts'

/** Everything that is wrong, as `check` would say it. */
export function rejectionText(fileName: string, text: string, { problems, reason }: Rejection): string {
  return reason ?? formatProblems(fileName, text, problems)
}

/** The first problem with its cure, and how many more there are: what fits in two lines. */
export function rejectionBanner(fileName: string, { problems, reason }: Rejection): string {
  const [first] = problems
  if (!first) return reason ?? ''
  const place = first.line === 0 ? fileName : `${fileName}:${first.line}:${first.column}`
  const more = problems.length > 1 ? `\nand ${problems.length - 1} more: npm run check -- ${fileName}` : ''
  return `${place} ${sentenceOf(first)}${more}`
}

/** A problem of a topology that no file has made: places in its text are nobody's, so nodes stand for themselves. */
export function placeless(problem: Problem, topology: Topology): Problem {
  const named = (text: string) =>
    text.replace(
      /\b(loadBalancers|proxies|servers)\[(\d+)\]/g,
      (path, list, at) => idAt(topology, list, Number(at)) ?? path,
    )
  return { ...problem, message: named(problem.message), path: named(problem.path), line: 0, column: 0 }
}

const ROLES = { loadBalancers: 'load-balancer', proxies: 'proxy', servers: 'server' } as const

function idAt(topology: Topology, list: keyof typeof ROLES, at: number): NodeId | undefined {
  return topology.nodes.filter(({ role }) => role === ROLES[list])[at]?.id
}
