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
  readonly enum?: readonly string[]
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly minItems?: number
  readonly maxItems?: number
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

/** Every value of a nested table by its path: `{ load: { rate: 50 } }` -> `['load.rate', 50]`. */
export function leavesOf(table: object, path = ''): [path: string, value: unknown][] {
  return Object.entries(table).flatMap(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`
    return typeof value === 'object' && value !== null ? leavesOf(value, at) : [[at, value] as [string, unknown]]
  })
}
