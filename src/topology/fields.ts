/**
 * Readers of single values: each takes a node, reports what is wrong with it, and gives the value or undefined. The
 * shapes of the file (`shapes.ts`) are made of them.
 */

import { suggest } from '../base/suggest.ts'
import type { Range } from './defaults.ts'
import type { JsonNode, Report } from './json-tree.ts'
import { problemAt } from './json-tree.ts'
import { quote } from './visible.ts'

export type Field<T> = (node: JsonNode, report: Report) => T | undefined

type NodeOf<K extends JsonNode['kind']> = Extract<JsonNode, { kind: K }>

/** A field that takes one kind of node; any other is reported, unless the reader of JSON has done so already. */
export function expecting<K extends JsonNode['kind'], T>(
  kind: K,
  expected: string,
  read: (node: NodeOf<K>, report: Report) => T | undefined,
): Field<T> {
  return (node, report) => {
    if (node.kind === kind) return read(node as NodeOf<K>, report)
    if (node.kind !== 'invalid') reportWrongType(node, expected, hintForType(node, kind), report)
    return undefined
  }
}

/** Says that a value of another type stands where `expected` belongs. */
export function reportWrongType(node: JsonNode, expected: string, hint: string, report: Report): void {
  const message = `${subjectOf(node)} must be ${expected}, not ${describeNode(node)}`
  report(problemAt(node.place, 'WRONG_TYPE', message, hint))
}

/** What a message calls the value: its path. */
export function subjectOf(node: JsonNode): string {
  return node.place.path === '' ? 'the file' : node.place.path
}

const HOW_TO_WRITE: Readonly<Record<JsonNode['kind'], string>> = {
  object: 'write an object: { … }',
  array: 'write a list: [ … ]',
  string: 'write text in double quotes',
  number: 'write a number, without quotes',
  boolean: 'write true or false, without quotes',
  null: 'write null',
  invalid: '',
}

function hintForType(node: JsonNode, kind: JsonNode['kind']): string {
  if (kind === 'array' && node.kind === 'object') return 'put it into a list: [{ … }]'
  const meant = node.kind === 'string' ? valueMeant(node.value.trim(), kind) : null
  return meant === null ? HOW_TO_WRITE[kind] : `write ${meant} without quotes`
}

/** What a string says in quotes that it should say without. */
function valueMeant(written: string, kind: JsonNode['kind']): string | null {
  if (kind === 'boolean') return /^(true|false)$/.test(written) ? written : null
  const percent = /^(\d+(?:\.\d+)?) ?%$/.exec(written)
  if (percent) return kind === 'number' ? String(Number((Number(percent[1]) / 100).toPrecision(12))) : null
  return kind === 'number' && written !== '' && Number.isFinite(Number(written)) ? written : null
}

function describeNode(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return 'an object'
    case 'array':
      return 'a list'
    case 'string':
      return `the string ${quote(node.value)}`
    case 'number':
      return `the number ${node.value}`
    case 'boolean':
      return String(node.value)
    default:
      return 'null'
  }
}

const BOOLEAN = 'true or false'
export const boolean: Field<boolean> = expecting('boolean', BOOLEAN, node => node.value)

/** Any string. */
export const text: Field<string> = expecting('string', 'a string', node => node.value)

/** A number within the range, both ends included. */
export function number(range: Range): Field<number> {
  return expecting('number', `a number ${inWords(range)}`, (node, report) => {
    if (isWithin(node.value, range)) return node.value
    return reportRange(node, `a number ${inWords(range)}`, clamp(node.value, range), report)
  })
}

/** An integer within the range, both ends included. */
export function wholeNumber(range: Range): Field<number> {
  const expected = `a whole number ${inWords(range)}`
  return expecting('number', expected, (node, report) => {
    if (Number.isInteger(node.value) && isWithin(node.value, range)) return node.value
    return reportRange(node, expected, clamp(Math.round(node.value), range), report)
  })
}

function clamp(value: number, [min, max]: Range): number {
  return Math.min(Math.max(value, min), max)
}

function inWords([min, max]: Range): string {
  return `from ${min} to ${max}`
}

function isWithin(value: number, [min, max]: Range): boolean {
  return value >= min && value <= max
}

function reportRange(node: NodeOf<'number'>, expected: string, nearest: number, report: Report): undefined {
  const message = `${subjectOf(node)} must be ${expected}, not ${node.value}`
  report(problemAt(node.place, 'OUT_OF_RANGE', message, `the nearest that is allowed is ${nearest}`))
}

/** One of a few words; `code` names the problem of any other. */
export function oneOf<T extends string>(words: readonly T[], code: string): Field<T> {
  const list = words.map(word => quote(word)).join(', ')
  return expecting('string', `one of ${list}`, (node, report) => {
    const word = words.find(candidate => candidate === node.value)
    if (word !== undefined) return word
    const meant = suggest(node.value, words)
    const hint = meant === null ? `valid: ${list}` : `did you mean ${quote(meant)}? (valid: ${list})`
    report(problemAt(node.place, code, `${subjectOf(node)} cannot be ${quote(node.value)}`, hint))
    return undefined
  })
}
