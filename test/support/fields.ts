/** What a reader of the topology file makes of one value. */

import type { Field } from '../../src/topology/fields.ts'
import { gatherProblems } from '../../src/topology/gather-problems.ts'
import { readJson } from '../../src/topology/json-reader.ts'
import type { JsonNode } from '../../src/topology/json-tree.ts'
import type { Problem } from '../../src/topology/types.ts'

/** What the reader of JSON makes of a text. */
export function readText(text: string): { tree: JsonNode | null; problems: readonly Problem[] } {
  const { value: tree, problems } = gatherProblems(report => readJson(text, report))
  return { tree, problems }
}

/** The field's value for a value that JSON can hold, and the problems that it reports on the way. */
export function readField<T>(field: Field<T>, written: unknown): { value: T | undefined; problems: Problem[] } {
  const problems: Problem[] = []
  const { tree } = readText(JSON.stringify(written))
  return { value: field(tree!, problem => problems.push(problem)), problems }
}

/** The codes alone. */
export function codesOf<T>(field: Field<T>, written: unknown): string[] {
  return readField(field, written).problems.map(problem => problem.code)
}
