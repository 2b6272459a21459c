/** Objects with known keys, and lists. Values are built key by key: nothing of the raw JSON goes on living in them. */
import { assert } from '../base/assert.ts'
import { suggest } from '../base/suggest.ts'
import type { Field } from './fields.ts'
import { expecting, subjectOf } from './fields.ts'
import type { JsonMember, JsonNode, Report } from './json-tree.ts'
import { NOWHERE, problemAt } from './json-tree.ts'
import { quote } from './visible.ts'

export type Shape = Readonly<Record<string, Field<unknown>>>

type ValueOf<F> = F extends Field<infer T> ? T : never

/** What an object of that shape holds after reading: a key is absent where the file has none or a wrong one. */
export type Values<S extends Shape> = { readonly [K in keyof S]?: ValueOf<S[K]> }

/** The same with every key present. */
export type Complete<S extends Shape> = { readonly [K in keyof S]: ValueOf<S[K]> }

/**
 * A field that reads an object of the shape; keys that the shape lacks are reported. `misplaced`: keys that do not
 * belong here either, but whose readers say more than that they are unknown.
 */
export function object<S extends Shape>(shape: S, misplaced: Shape = {}): Field<Values<S>> {
  const fields = new Map<string, Field<unknown>>(Object.entries({ ...shape, ...misplaced }))
  const known = Object.keys(shape)
  return expecting('object', 'an object', (node, report) => {
    const values: Record<string, unknown> = {}
    for (const member of node.members) {
      const field = fields.get(member.key)
      if (!field) reportUnknownKey(node, member, known, report)
      const value = field?.(member.value, report)
      if (value !== undefined) values[member.key] = value
    }
    return values as Values<S>
  })
}

/** Says that the object, of which these keys are known, has no such key. */
export function reportUnknownKey(
  node: JsonNode,
  { key, place }: JsonMember,
  known: readonly string[],
  report: Report,
): void {
  const meant = keyMeant(key, known)
  const hint = meant === null ? `known keys: ${known.join(', ')}` : `did you mean ${quote(meant)}?`
  report(problemAt(place, 'UNKNOWN_KEY', `${subjectOf(node)} has no key ${quote(key)}`, hint))
}

/** What other systems call a key of ours. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['retries', 'attempts'],
  ['maxRetries', 'attempts'],
  ['maxAttempts', 'attempts'],
  ['perTryTimeout', 'attemptTimeout'],
  ['maxConnections', 'maxInFlight'],
  ['maxRequests', 'maxInFlight'],
  ['maxQueue', 'queue'],
  ['state', 'admin'],
])

/** The known key that a mistyped or foreign one stands for; null where none is near. */
export function keyMeant(key: string, known: readonly string[]): string | null {
  return suggest(key, known) ?? known.find(candidate => candidate === OTHER_WORDS.get(key)) ?? null
}

/** A list as read; `isWhole` is false where an item could not be, or where too few are there. */
export interface ListValues<T> {
  readonly items: readonly T[]
  readonly isWhole: boolean
}

/** A field that reads a list whose items all have one form, such as the example. */
export function list<T>(item: Field<T>, countMin: number, example: string): Field<ListValues<T>> {
  return expecting('array', 'a list', (node, report) => {
    if (node.items.length < countMin) {
      const message = `${subjectOf(node)} must hold at least ${countMin}`
      report(problemAt(node.place, 'EMPTY_LIST', message, `add ${example}`))
    }
    const items = node.items.map(child => item(child, report)).filter(value => value !== undefined)
    return { items, isWhole: items.length === node.items.length && items.length >= countMin }
  })
}

/** Whether the object has the key, or one that is reported as meaning it. */
export function hasKeyLike(node: JsonNode, key: string): boolean {
  if (node.kind !== 'object') return false
  return node.members.some(member => member.key === key || suggest(member.key, [key]) !== null)
}

/** Reports a key that an object must have and has not. One that is there misspelt is reported as that alone. */
export function requireKey(node: JsonNode, key: string, hint: string, report: Report): void {
  if (node.kind !== 'object' || hasKeyLike(node, key)) return
  const path = node.place.path === '' ? key : `${node.place.path}.${key}`
  // The opening bracket alone is underlined: all of the object lacks the key.
  const place = { ...node.place, path, length: 1 }
  report(problemAt(place, 'MISSING_KEY', `${subjectOf(node)} has no ${quote(key)}`, hint))
}

/** The table's defaults, read as if the file had said them: one that breaks its own field's rules fails at once. */
export function readDefaults<S extends Shape>(
  shape: S,
  table: { readonly [K in keyof S]: string | number | boolean },
): Complete<S> {
  const values = Object.entries(table).map(([key, written]) => {
    const value = shape[key]?.(literal(written), problem => assert(false, `default of ${key}: ${problem.message}`))
    return [key, value]
  })
  return Object.fromEntries(values) as Complete<S>
}

function literal(value: string | number | boolean): JsonNode {
  if (typeof value === 'string') return { kind: 'string', place: NOWHERE, value }
  if (typeof value === 'number') return { kind: 'number', place: NOWHERE, value }
  return { kind: 'boolean', place: NOWHERE, value }
}
