/** Keys as they are typed. */
import type { KeySpec } from './keys.ts'
import { formOf, type Grammar, type Parameter, readSpec, type SpecResult } from './spec-grammar.ts'

const COUNT: Parameter = { type: 'integer', min: 1, max: 1_000_000, otherwise: 1_000 }

export const KEYS = {
  // Beyond 20 all but one in a million are the first key.
  zipf: { count: COUNT, skew: { type: 'number', min: 0.01, max: 20, otherwise: 1.1 } },
  uniform: { count: COUNT },
} as const satisfies Grammar<KeySpec['kind']>

export function readKeys(text: string): SpecResult<KeySpec> {
  const read = readSpec(KEYS, text)
  if (!read.ok) return read
  const { kind, values } = read.value
  if (kind === 'uniform') return { ok: true, value: { kind, count: values.count! } }
  return { ok: true, value: { kind, count: values.count!, skew: values.skew! } }
}

/** As they are typed in full. */
export function keysText({ kind, ...values }: KeySpec): string {
  return formOf(kind, KEYS[kind], values)
}
