/**
 * The grammar in which a word and its numbers are typed: `sine:period=1s,swing=0.5`. What is left out has its default.
 * What is wrong is told as the end of a sentence that begins with what was typed.
 */
import { suggest } from '../base/suggest.ts'
import { formatDuration, parseDurationMs } from '../base/units.ts'
import { quote } from '../topology/visible.ts'

/** Bounds and default of one number, inclusive; durations in milliseconds. */
export interface Parameter {
  readonly type: 'number' | 'integer' | 'duration'
  readonly min: number
  readonly max: number
  readonly otherwise: number
}

/** The kinds that there are, and what each takes. */
export type Grammar<Kind extends string> = Readonly<Record<Kind, Readonly<Record<string, Parameter>>>>

export type SpecResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string }

/** Every parameter of its kind has a value. */
export interface ReadSpec<Kind> {
  readonly kind: Kind
  readonly values: Readonly<Record<string, number>>
}

const NUMBER = /^-?\d+(\.\d+)?$/

export function readSpec<Kind extends string>(grammar: Grammar<Kind>, text: string): SpecResult<ReadSpec<Kind>> {
  const [kind, ...rest] = text.split(':')
  if (!isKind(grammar, kind!)) return refuse(`is unknown${cureOf(kind!, Object.keys(grammar))}`)
  const parameters = grammar[kind]
  if (rest.length > 0 && Object.keys(parameters).length === 0) return refuse(`says too much: write ${kind}`)
  const values = new Map<string, number>()
  for (const part of rest.length === 0 ? [] : rest.join(':').split(',')) {
    const message = readPart(kind, parameters, part, values)
    if (message !== null) return refuse(message)
  }
  const all = Object.entries(parameters).map(([name, { otherwise }]) => [name, values.get(name) ?? otherwise] as const)
  return { ok: true, value: { kind, values: Object.fromEntries(all) } }
}

/** Each kind as it is typed in full, with the defaults. */
export function formsOf(grammar: Grammar<string>): string[] {
  return Object.entries(grammar).map(([kind, parameters]) => formOf(kind, parameters))
}

/** What was read, as it is typed in full: equal for what means the same. */
export function formOf(
  kind: string,
  parameters: Readonly<Record<string, Parameter>>,
  values: Readonly<Record<string, number>> = {},
): string {
  const parts = Object.entries(parameters).map(([name, parameter]) => exampleOf(name, parameter, values[name]))
  return parts.length === 0 ? kind : `${kind}:${parts.join(',')}`
}

function exampleOf(name: string, { type, otherwise }: Parameter, value: number = otherwise): string {
  return `${name}=${type === 'duration' ? formatDuration(value) : value}`
}

/** Why it is wrong; null where it is not, and its value is in the map. */
function readPart(
  kind: string,
  parameters: Readonly<Record<string, Parameter>>,
  part: string,
  values: Map<string, number>,
): string | null {
  const [name, ...rest] = part.split('=')
  if (name === '') return `has an empty part: write for example ${formOf(kind, parameters)}`
  if (!Object.hasOwn(parameters, name!)) {
    return `has ${quote(name!)}, which is unknown${cureOf(name!, Object.keys(parameters))}`
  }
  const parameter = parameters[name!]!
  if (values.has(name!)) return `says ${name} twice: leave one out`
  if (rest.length === 0 || rest[0] === '')
    return `has ${name} without a value: write for example ${exampleOf(name!, parameter)}`
  const read = readNumber(name!, parameter, rest.join('='))
  if (typeof read === 'string') return read
  values.set(name!, read)
  return null
}

function readNumber(name: string, parameter: Parameter, text: string): number | string {
  const { type, min, max } = parameter
  const example = `write for example ${exampleOf(name, parameter)}`
  const value = type === 'duration' ? parseDurationMs(text) : NUMBER.test(text) ? Number(text) : null
  if (value === null) {
    if (type === 'duration' && /^\d+(\.\d+)?$/.test(text))
      return `has ${name} without a unit: write ${name}=${text}ms or ${name}=${text}s`
    return `has ${name}=${quote(text)}, which is no ${type === 'duration' ? 'duration' : 'number'}: ${example}`
  }
  if (type === 'integer' && !Number.isInteger(value))
    return `has ${name}=${quote(text)}, which is not whole: ${example}`
  if (value >= min && value <= max) return value
  const show = type === 'duration' ? formatDuration : String
  return `has ${name}=${quote(text)}, which is out of range: ${show(min)} to ${show(max)}`
}

function cureOf(typed: string, known: readonly string[]): string {
  const near = suggest(typed, known)
  return near === null ? `: there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}` : `, did you mean ${near}?`
}

function isKind<Kind extends string>(grammar: Grammar<Kind>, word: string): word is Kind {
  return Object.hasOwn(grammar, word)
}

function refuse(message: string): { ok: false; message: string } {
  return { ok: false, message }
}
