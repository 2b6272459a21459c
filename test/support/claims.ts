/** What must hold of every run's lines, whatever was done to it. */
import { expect } from 'vitest'
import { growthViolations } from '../../src/stats/growth.ts'
import { clientViolations, nodeViolations } from '../../src/stats/laws.ts'
import type { ClientStats, StatsReport } from '../../src/stats/reports.ts'
import { restViolations } from '../../src/stats/rest-laws.ts'
import { CLIENTS, textOf, type Violation, violation } from '../../src/stats/violation.ts'

type Accounts = Pick<StatsReport, 'nodes' | 'client'>
type AnyLine = { readonly type: string; readonly laws?: unknown }

/** Of windows, not of the whole run. */
const NO_TIMES = { latency: [] }

/** Each line's accounts obey the laws, a summary's those at rest too, and no count is ever lower than a line before. */
export function expectLawsInEveryLine(lines: readonly AnyLine[]): void {
  expect(brokenIn(lines).map(textOf)).toEqual([])
}

function brokenIn(lines: readonly AnyLine[]): Violation[] {
  const accounts = lines.filter((line): line is AnyLine & Accounts => 'nodes' in line && 'client' in line)
  const summary = accounts.find(({ type }) => type === 'summary')
  return [
    ...accounts.flatMap(({ nodes, client }) => [...nodes.flatMap(nodeViolations), ...clientViolations(client)]),
    ...accounts.slice(1).flatMap((line, i) => growth(accounts[i]!, line)),
    ...(summary ? restViolations(summary.nodes, summary.client) : []),
  ]
}

function growth(before: Accounts, after: Accounts): Violation[] {
  const ofNodes = after.nodes.flatMap(node => {
    const earlier = before.nodes.find(({ id }) => id === node.id)
    if (!earlier) return []
    const fewer = earlier.restarts > node.restarts ? [violation('growth', node.id, 'restarts fell')] : []
    return [...fewer, ...growthViolations(node.id, { ...earlier, ...NO_TIMES }, { ...node, ...NO_TIMES })]
  })
  return [...ofNodes, ...growthViolations(CLIENTS, { ...before.client, ...NO_TIMES }, { ...after.client, ...NO_TIMES })]
}

/** Every request was answered, and nothing is outstanding. */
export function expectAllAnswered({ sent, answered, failed, pending, failedBy }: ClientStats): void {
  expect({ answered, failed, pending, failedBy }).toEqual({ answered: sent, failed: 0, pending: 0, failedBy: {} })
}
