/** One option's value: within its type and range, or one line that says what to type instead. Pure. */

import { suggest } from '../base/suggest.ts'
import { formatDuration, parseDurationMs } from '../base/units.ts'
import { quote } from '../topology/visible.ts'
import type { OptionEntry } from './option-table.ts'

export type ValueResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string }

type RangedEntry = Extract<OptionEntry, { min: number }>
type ValuedEntry = Exclude<OptionEntry, { type: 'flag' }>

const NUMBER = /^-?\d+(\.\d+)?$/

/** `inline`: given as `--name=value`, so that it belongs to the option whatever it looks like. */
export function readValue(option: OptionEntry, value: string | undefined, inline: boolean): ValueResult {
  const name = `--${option.name}`
  if (option.type === 'flag') {
    return value === undefined ? { ok: true, value: true } : refuse(`${name} takes no value; write ${name} alone`)
  }
  const looksLikeOption = !inline && /^-[^\d.]/.test(value ?? '')
  if (value === undefined || value === '' || looksLikeOption) {
    return refuse(`${name} needs a value, such as ${exampleOf(option)}`)
  }
  if (option.type === 'file') return { ok: true, value }
  if (option.type === 'choice') return readChoice(option.name, option.choices, value)
  if (option.type === 'text') return option.read(value)
  const read = readRanged(option, value)
  return read.ok ? read : refuse(`${name} ${quote(value)} ${read.message}`)
}

function readRanged(option: RangedEntry, text: string): ValueResult {
  const read = READ_RANGED[option.type](option, text)
  if (typeof read === 'string') return refuse(read)
  if (read < option.min || read > option.max) return refuse(`is out of range: ${rangeOf(option)}`)
  return { ok: true, value: option.type === 'percent' ? read / 100 : read }
}

function readChoice(name: string, choices: readonly string[], text: string): ValueResult {
  if (choices.includes(text)) return { ok: true, value: text }
  const near = suggest(text, choices)
  const cure = near === null ? `there are ${choices.join(', ')}` : `did you mean ${near}?`
  return refuse(`--${name} ${quote(text)} is unknown${near === null ? ':' : ','} ${cure}`)
}

function readDuration(option: RangedEntry, text: string): number | string {
  const durationMs = parseDurationMs(text)
  if (durationMs !== null) return durationMs
  if (/^\d+(\.\d+)?$/.test(text)) return `has no unit: write --${option.name} ${text}s or ${text}ms`
  const positive = text.slice(1)
  if (text.startsWith('-') && parseDurationMs(positive) !== null) {
    return `is negative: write --${option.name} ${positive}`
  }
  return `is not a duration: write a number and a unit, such as ${exampleOf(option)}`
}

function readNumber(option: RangedEntry, text: string): number | string {
  if (!NUMBER.test(text)) return `is not a number: write for example ${exampleOf(option)}`
  if (option.type === 'integer' && text.includes('.')) return `is not whole: write for example ${exampleOf(option)}`
  return Number(text)
}

function readPercent(option: RangedEntry, text: string): number | string {
  const number = text.replace(/ ?%$/, '')
  if (!NUMBER.test(number)) return `is not a percentage: write for example ${exampleOf(option)}`
  return number === text ? `has no percent sign: write --${option.name} ${text}%` : Number(number)
}

/** The number, or what is wrong with it. */
const READ_RANGED = { duration: readDuration, number: readNumber, integer: readNumber, percent: readPercent } as const

function exampleOf(option: ValuedEntry): string {
  return `--${option.name} ${exampleValueOf(option)}`
}

function exampleValueOf(option: ValuedEntry): string | number {
  if (option.type === 'file') return option.example
  if (option.type === 'choice') return option.choices[0]!
  if (option.type === 'text') return option.forms[0]!
  if (option.type === 'percent') return '10%'
  return option.type === 'duration' ? '5s' : Math.min(100, option.max)
}

/** `50ms to 24h`, `0 to 1000000`: the range as help and messages show it. */
export function rangeOf({ type, min, max }: RangedEntry): string {
  if (type === 'percent') return `${min}% to ${max}%`
  return type === 'duration' ? `${formatDuration(min)} to ${formatDuration(max)}` : `${min} to ${max}`
}

function refuse(message: string): Extract<ValueResult, { ok: false }> {
  return { ok: false, message }
}
