/** What must hold of every run's lines, whatever was done to it. */
import { expect } from 'vitest'
import { clientViolations, nodeViolations } from '../../src/stats/laws.ts'
import type { ClientStats, NodeStats } from '../../src/stats/reports.ts'
import type { Line } from './processes.ts'

const GROWING = ['received', 'answered', 'failed', 'rejected', 'retried', 'late', 'restarts'] as const
const GROWING_OF_CLIENT = ['sent', 'answered', 'failed', 'late', 'restarts'] as const

/** Each line's accounts obey the laws, and no counter is ever lower than in the line before. */
export function expectLawsInEveryLine(lines: readonly Line[]): void {
  const accounts = lines.filter(line => line.type === 'stats' || line.type === 'summary')
  const broken = accounts.flatMap(({ nodes, client }) => [
    ...nodes.flatMap(nodeViolations),
    ...clientViolations(client),
  ])
  const shrunk = accounts.slice(1).flatMap((line, i) => [
    ...shrinkage('client', accounts[i]!.client, line.client, GROWING_OF_CLIENT),
    ...line.nodes.flatMap(node => {
      const before = accounts[i]!.nodes.find(({ id }) => id === node.id)
      return before ? shrinkageOfNode(before, node) : []
    }),
  ])

  expect(accounts.length).toBeGreaterThan(1)
  expect(broken).toEqual([])
  expect(shrunk).toEqual([])
}

function shrinkageOfNode(before: NodeStats, after: NodeStats): string[] {
  const edges = before.upstreams.flatMap(edge => {
    const now = after.upstreams.find(({ id }) => id === edge.id)
    return now
      ? shrinkage(`${after.id} -> ${edge.id}`, edge, now, ['picked', 'answered', 'failed'])
      : `${edge.id} is gone`
  })
  return [...shrinkage(after.id, before, after, GROWING), ...edges]
}

function shrinkage<Key extends string>(
  name: string,
  before: Readonly<Record<Key, number>>,
  after: Readonly<Record<Key, number>>,
  keys: readonly Key[],
): string[] {
  return keys.flatMap(key => (after[key] < before[key] ? `${name}: ${key} ${before[key]} -> ${after[key]}` : []))
}

/** Every request was answered, and nothing is outstanding. */
export function expectAllAnswered({ sent, answered, failed, pending, failedBy }: ClientStats): void {
  expect({ answered, failed, pending, failedBy }).toEqual({ answered: sent, failed: 0, pending: 0, failedBy: {} })
}
