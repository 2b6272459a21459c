/** Changes as lines for people. Fields are compared, not listed: one that is added shows up by itself. */
import { deepEqual } from '../base/equal.ts'
import { keyOf, writtenValue } from './spec-fields.ts'
import type { NodeSpec, Topology, TopologyChange } from './types.ts'

/** `+ server-7 behind proxy-2`, `~ server-3 serviceTime 2ms -> 5ms live`, `- server-2 drain`. */
export function describeChange(change: TopologyChange): string {
  switch (change.kind) {
    case 'added':
      return `+ ${change.spec.id}${describePlace(change.spec)}`
    case 'removed':
      return `- ${change.id} drain`
    case 'changed':
      return `~ ${change.after.id} ${describeFields(change.before, change.after, fieldsToCompare(change))} ${howOf(change)}`
  }
}

/** A role is what a process is made of: it begins anew, all else reaches the one that runs. */
function howOf({ before, after }: TopologyChange & { kind: 'changed' }): string {
  return before.role === after.role ? 'live' : 'by a new process'
}

function describePlace({ behind }: NodeSpec): string {
  return behind.length === 0 ? '' : ` behind ${behind.join(', ')}`
}

/** Nodes of different roles share little more than a name: their parameters are no change but another thing. */
function fieldsToCompare({ before, after }: TopologyChange & { kind: 'changed' }): readonly string[] {
  return before.role === after.role ? allKeys(before, after) : ['role', 'behind']
}

function allKeys(before: object, after: object): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
}

function describeFields(before: object, after: object, fields: readonly string[]): string {
  const valueIn = (spec: object, field: string) => (spec as Record<string, unknown>)[field]
  return fields
    .filter(field => !deepEqual(valueIn(before, field), valueIn(after, field)))
    .map(field => {
      const [from, to] = [before, after].map(spec => writtenValue(field, valueIn(spec, field)))
      // A long list is written by its count and mean alone, which one value may leave as they were.
      return from === to ? `${keyOf(field)} changed: ${to}` : `${keyOf(field)} ${from} -> ${to}`
    })
    .join(', ')
}

export type BlockName = 'load' | 'health' | 'restart' | 'shutdown'

/** `~ load rate 50 -> 200 live`; null where the block says the same in both. */
export function describeBlock(name: BlockName, before: Topology, after: Topology): string | null {
  if (deepEqual(before[name], after[name])) return null
  return `~ ${name} ${describeFields(before[name], after[name], allKeys(before[name], after[name]))} live`
}

/** A line for every block that changed. Of these, only `load` and `health` lead to steps of a plan. */
export function describeBlocks(before: Topology, after: Topology): string[] {
  const names: readonly BlockName[] = ['load', 'health', 'restart', 'shutdown']
  return names.map(name => describeBlock(name, before, after)).filter(line => line !== null)
}
