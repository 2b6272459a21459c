/** Why an edit was rejected, for people: in full, and in what fits under a table. */
import { formatProblems } from '../topology/explain.ts'
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
