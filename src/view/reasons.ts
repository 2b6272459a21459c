/** Why requests failed or were rejected, in words. */
import type { NodeStats } from '../stats/reports.ts'
import { countOf } from './figures.ts'
import { safe } from './sanitize.ts'
import { GAP } from './table-chars.ts'
import { wrap } from './text-width.ts'

/** Every reason that there is has room in so many lines of 40 columns. */
const LINES_MAX = 8

type ByName = Readonly<Record<string, number>>

/** `timeout 9, shed 3`; '' without any. Most frequent first, equal ones by name, so that two runs compare. */
export function allReasons(counts: ByName): string {
  return sorted(counts)
    .map(([name, count]) => `${safe(name)} ${count}`)
    .join(', ')
}

/** `timeout`, or `mostly timeout` where there are others; '' without any. */
export function mainReason(counts: ByName): string {
  const [first, second] = sorted(counts)
  if (first === undefined) return ''
  return `${second ? 'mostly ' : ''}${safe(first[0])}`
}

/**
 * Of each node that failed, rejected or retried anything, the most trouble first: its name, and how often and why. A
 * long one goes on in the next line; below `nodesMax` of them a line counts the others.
 */
export function nodeTroubleLines(nodes: readonly NodeStats[], width: number, nodesMax: number): string[] {
  const troubled = nodes.filter(node => troubleOf(node) + node.retried + node.late > 0)
  troubled.sort((a, b) => troubleOf(b) - troubleOf(a) || b.retried - a.retried)
  const shown = troubled.slice(0, nodesMax)
  const idWidth = Math.max(0, ...shown.map(({ id }) => safe(id).length)) + GAP.length
  const lines = shown.flatMap(node => {
    const [first, ...rest] = wrap(troubleText(node), Math.max(1, width - idWidth), LINES_MAX)
    return [safe(node.id).padEnd(idWidth) + first, ...rest.map(line => ' '.repeat(idWidth) + line)]
  })
  const hidden = troubled.length - shown.length
  return hidden > 0 ? [...lines, `and ${countOf(hidden, 'more node')}`] : lines
}

/** `failed 12 (timeout 9, shed 3) · rejected 4 (overload 4) · retried 10 · late 2`, without what is 0. */
function troubleText({ failed, failedBy, rejected, rejectedBy, retried, late }: NodeStats): string {
  const parts: [count: number, text: string][] = [
    [failed, `failed ${failed}${inBrackets(failedBy)}`],
    [rejected, `rejected ${rejected}${inBrackets(rejectedBy)}`],
    [retried, `retried ${retried}`],
    [late, `late ${late}`],
  ]
  return parts.flatMap(([count, text]) => (count > 0 ? text : [])).join(' · ')
}

function inBrackets(counts: ByName): string {
  const reasons = allReasons(counts)
  return reasons === '' ? '' : ` (${reasons})`
}

function troubleOf({ failed, rejected }: NodeStats): number {
  return failed + rejected
}

function sorted(counts: ByName): [string, number][] {
  const entries = Object.entries(counts).filter(([, count]) => count > 0)
  return entries.sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
}
