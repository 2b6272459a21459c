/** Why an edit was rejected, for people: in full, and in what fits under a table. */
import { formatProblems } from '../topology/explain.ts'
import type { NodeId, Problem, Topology } from '../topology/types.ts'
import type { Rejection } from './reload.ts'
import { sentenceOf } from './system-problem.ts'

/** Everything that is wrong, as `check` would say it. */
export function rejectionText(fileName: string, text: string, { problems, reason }: Rejection): string {
  return reason ?? formatProblems(fileName, text, problems)
}

/** More than a view has lines for; it is told with every report. */
const BANNER_PROBLEMS_MAX = 8

/** The first problems with their cure, a line each, and how many more there are. */
export function rejectionBanner(fileName: string, { problems, reason }: Rejection): string {
  if (problems.length === 0) return reason ?? ''
  const lines = problems
    .slice(0, BANNER_PROBLEMS_MAX)
    .map(problem => `${placeOf(fileName, problem)} ${sentenceOf(problem)}`)
  const hidden = problems.length - lines.length
  return [...lines, ...(hidden > 0 ? [`and ${hidden} more: npm run check -- ${fileName}`] : [])].join('\n')
}

function placeOf(fileName: string, { line, column }: Problem): string {
  return line === 0 ? fileName : `${fileName}:${line}:${column}`
}

/** Why an edit that is good by itself cannot be: together with what operators changed it makes this topology. */
export function clashText(fileName: string, merged: Topology, problems: readonly Problem[]): string {
  const why = problems.map(problem => sentenceOf(placeless(problem, merged))).join('; ')
  const cure = 'mend that, or take the file alone: npm run ctl -- reload'
  return `${fileName} is good, but not with what was changed by ctl: ${why}; ${cure}`
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
