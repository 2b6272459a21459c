/** The topology file's schema, looked at through its references. */
import { readFileSync } from 'node:fs'

export interface Schema {
  readonly $ref?: string
  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly additionalProperties?: boolean
  readonly required?: readonly string[]
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly not?: Schema
  readonly pattern?: string
  readonly minLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly uniqueItems?: boolean
  readonly defaultSnippets?: readonly { readonly label: string; readonly body: unknown }[]
  readonly default?: unknown
  readonly description?: string
  readonly examples?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly definitions?: Readonly<Record<string, Schema>>
}

const FILE = new URL('../../src/topology/topology.schema.json', import.meta.url)

export const SCHEMA: Schema = JSON.parse(readFileSync(FILE, 'utf8'))

/** What a reference stands for. */
export function resolved(schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1)
  return name === undefined ? schema : resolved(SCHEMA.definitions![name]!)
}

/** The schema at a path of keys, `load.rate`; for the nodes of a role, `proxies.weight`. */
export function schemaAt(path: string): Schema {
  return path.split('.').reduce<Schema>((schema, key) => {
    const holder = schema.items ? resolved(schema.items) : schema
    const member = holder.properties?.[key]
    if (!member) throw new Error(`the schema has no ${path}`)
    return resolved(member)
  }, SCHEMA)
}

const HOLDERS = ['items', 'not'] as const
const LISTS = ['allOf', 'anyOf'] as const
const TABLES = ['properties', 'definitions'] as const

/** The schema and every schema within it, references not followed. */
export function allSchemas(schema: Schema = SCHEMA): Schema[] {
  const within = [
    ...HOLDERS.flatMap(key => schema[key] ?? []),
    ...LISTS.flatMap(key => schema[key] ?? []),
    ...TABLES.flatMap(key => Object.values(schema[key] ?? {})),
  ]
  return [schema, ...within.flatMap(allSchemas)]
}

type Rule = (value: unknown, schema: Schema) => boolean

const isObject = (value: unknown): value is Record<string, unknown> => typeOf(value) === 'object'
const whereString = (test: (value: string) => boolean) => (value: unknown) => typeof value !== 'string' || test(value)
const whereNumber = (test: (value: number) => boolean) => (value: unknown) => typeof value !== 'number' || test(value)

/** Draft-07 as far as the schema uses it: one rule for each keyword. */
const RULES: Readonly<Record<string, Rule>> = {
  $ref: (value, schema) => fits(value, resolved(schema)),
  type: (value, { type }) => typeOf(value) === type || (type === 'integer' && Number.isInteger(value)),
  enum: (value, schema) => schema.enum!.includes(value),
  const: (value, schema) => value === schema.const,
  not: (value, schema) => !fits(value, schema.not!),
  allOf: (value, schema) => schema.allOf!.every(each => fits(value, each)),
  anyOf: (value, schema) => schema.anyOf!.some(each => fits(value, each)),
  pattern: (value, schema) => whereString(text => new RegExp(schema.pattern!, 'u').test(text))(value),
  minLength: (value, schema) => whereString(text => [...text].length >= schema.minLength!)(value),
  minimum: (value, schema) => whereNumber(number => number >= schema.minimum!)(value),
  maximum: (value, schema) => whereNumber(number => number <= schema.maximum!)(value),
  minItems: (value, schema) => !Array.isArray(value) || value.length >= schema.minItems!,
  maxItems: (value, schema) => !Array.isArray(value) || value.length <= schema.maxItems!,
  minProperties: (value, schema) => !isObject(value) || Object.keys(value).length >= schema.minProperties!,
  maxProperties: (value, schema) => !isObject(value) || Object.keys(value).length <= schema.maxProperties!,
  uniqueItems: value => !Array.isArray(value) || new Set(value.map(item => JSON.stringify(item))).size === value.length,
  items: (value, schema) => !Array.isArray(value) || value.every(item => fits(item, schema.items!)),
  required: (value, schema) => !isObject(value) || schema.required!.every(key => Object.hasOwn(value, key)),
  properties: (value, { properties }) =>
    !isObject(value) ||
    Object.entries(value).every(([key, member]) => !Object.hasOwn(properties!, key) || fits(member, properties![key]!)),
  additionalProperties: (value, { properties }) =>
    !isObject(value) || Object.keys(value).every(key => Object.hasOwn(properties!, key)),
}
const ANNOTATIONS = ['$schema', 'title', 'description', 'default', 'examples', 'defaultSnippets', 'definitions']

/** Whether an editor that reads the schema would let the value stand. Throws for a keyword that it does not know. */
export function fits(value: unknown, schema: Schema = SCHEMA): boolean {
  return Object.keys(schema).every(keyword => {
    if (ANNOTATIONS.includes(keyword)) return true
    const rule = RULES[keyword]
    if (!rule) throw new Error(`no rule for the keyword ${keyword}`)
    return rule(value, schema)
  })
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/** Every value of a nested table by its path: `{ load: { rate: 50 } }` -> `['load.rate', 50]`. */
export function leavesOf(table: object, path = ''): [path: string, value: unknown][] {
  return Object.entries(table).flatMap(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`
    return typeof value === 'object' && value !== null ? leavesOf(value, at) : [[at, value] as [string, unknown]]
  })
}
