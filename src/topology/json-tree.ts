/** JSON as the reader gives it: values that know where in the text they stand. */

import type { Problem } from './types.ts'
import { visible } from './visible.ts'

/** Where something stands: what a Problem says of it. */
export type Place = Pick<Problem, 'path' | 'line' | 'column' | 'length'>

export interface JsonMember {
  readonly key: string
  /** The key's own place, for what is wrong with the key and not with its value. */
  readonly place: Place
  readonly value: JsonNode
}

export type JsonNode =
  | { readonly kind: 'object'; readonly place: Place; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly place: Place; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly place: Place; readonly value: string }
  | { readonly kind: 'number'; readonly place: Place; readonly value: number }
  | { readonly kind: 'boolean'; readonly place: Place; readonly value: boolean }
  | { readonly kind: 'null'; readonly place: Place }
  /** Stands for something that the reader has already reported; whoever meets it says nothing more. */
  | { readonly kind: 'invalid'; readonly place: Place }

export type Report = (problem: Problem) => void

/** The only maker of problems: whatever of the file's own text a message repeats, no terminal will obey it. */
export function problemAt(place: Place, code: string, message: string, hint: string): Problem {
  const { path, line, column, length } = place
  return { code, message: visible(message), hint: visible(hint), path, line, column, length }
}

/** The place of the file as a whole. */
export const NOWHERE: Place = { path: '', line: 0, column: 0, length: 1 }

/** The value of a key, if the object has it. */
export function memberOf(node: JsonNode, key: string): JsonNode | undefined {
  return node.kind === 'object' ? node.members.find(member => member.key === key)?.value : undefined
}
